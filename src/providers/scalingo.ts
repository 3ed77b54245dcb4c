import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const scalingo: Provider = {
  id: "scalingo",
  title: "Scalingo",
  kind: "cloud",
  website: "https://scalingo.com",
  docs: "https://developers.scalingo.com/tokens",
  credentials: [
    {
      id: "scalingo-api-token",
      title: "Scalingo API token",
      severity: "critical",
      actsFor: "person",
      cite: betterleaks(10366),
      ...layout("tk-us-{base64url 48}"),
    },
  ],
  variables: { SCALINGO_API_TOKEN: "value" },
  hosts: ["auth.scalingo.com", "*.scalingo.com"],
  packages: { npm: ["scalingo"] },
  rotate: { by: "person", page: "https://dashboard.scalingo.com/account/tokens" },
};
