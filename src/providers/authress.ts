import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const authress: Provider = {
  id: "authress",
  title: "Authress",
  kind: "generic",
  website: "https://authress.io",
  docs: "https://authress.io/knowledge-base/docs/authorization/service-clients/",
  credentials: [
    {
      id: "authress-access-key",
      title: "Authress service client access key",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(905),
      ...layout([
        "sc_{lower 5-30}.{lower 4-6}.acc_{slug 10-32}.{base64url 30-120}",
        "ext_{lower 5-30}.{lower 4-6}.acc_{slug 10-32}.{base64url 30-120}",
      ]),
    },
  ],
  variables: { AUTHRESS_KEY: "value", AUTHRESS_ACCESS_KEY: "value" },
  hosts: ["api.authress.io"],
  packages: { python: ["authress-sdk"], npm: ["@authress/sdk"] },
  rotate: { by: "person", page: "https://authress.io/app/#/settings" },
};
