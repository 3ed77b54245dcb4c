import { bearer, usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const typeform: Provider = {
  id: "typeform",
  title: "Typeform",
  kind: "generic",
  website: "https://www.typeform.com",
  docs: "https://www.typeform.com/developers/get-started/personal-access-token/",
  credentials: [
    {
      id: "typeform-token",
      title: "Typeform personal access token",
      severity: "high",
      actsFor: "person",
      cite: betterleaks(11918),
      ...layout("tfp_{base64url 40-60}"),
    },
  ],
  variables: { TYPEFORM_TOKEN: "value", TYPEFORM_API_TOKEN: "value", TYPEFORM_API_KEY: "value" },
  hosts: ["api.typeform.com"],
  packages: { python: ["typeform"], npm: ["@typeform/api-client"] },
  rotate: { by: "person", page: "https://admin.typeform.com/user/tokens" },
  verify: { method: "GET", url: "https://api.typeform.com/me", headers: bearer, verdicts: usualVerdicts },
};
