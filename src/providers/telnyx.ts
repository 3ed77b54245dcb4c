import { bearer, usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const telnyx: Provider = {
  id: "telnyx",
  title: "Telnyx",
  kind: "generic",
  website: "https://telnyx.com",
  docs: "https://developers.telnyx.com/docs/api-keys",
  credentials: [
    {
      id: "telnyx-api-key",
      title: "Telnyx API key",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(11665),
      ...layout(["KEY{caps 32}_{alnum 22}", "KEY{base64url 55}"]),
    },
  ],
  variables: { TELNYX_API_KEY: "value" },
  hosts: ["api.telnyx.com"],
  packages: { python: ["telnyx"], npm: ["telnyx"] },
  rotate: { by: "person", page: "https://portal.telnyx.com/#/app/api-keys" },
  verify: {
    method: "GET",
    url: "https://api.telnyx.com/v2/balance",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
