import { bearer, usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const resend: Provider = {
  id: "resend",
  title: "Resend",
  kind: "generic",
  website: "https://resend.com",
  docs: "https://resend.com/docs/api-reference/introduction",
  credentials: [
    {
      id: "resend-api-key",
      title: "Resend API key",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(10138),
      ...layout("re_{base58 8}_{base58 24}"),
    },
  ],
  variables: { RESEND_API_KEY: "value" },
  hosts: ["api.resend.com"],
  packages: { python: ["resend"], npm: ["resend"] },
  rotate: { by: "person", page: "https://resend.com/api-keys" },
  verify: { method: "GET", url: "https://api.resend.com/domains", headers: bearer, verdicts: usualVerdicts },
};
