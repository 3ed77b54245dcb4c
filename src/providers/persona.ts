import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const persona: Provider = {
  id: "persona",
  title: "Persona",
  kind: "generic",
  website: "https://withpersona.com",
  docs: "https://docs.withpersona.com/api-keys",
  credentials: [
    {
      id: "persona-api-key",
      title: "Persona API key",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(9288),
      ...layout("persona_production_{base64url 20-80}"),
    },
  ],
  variables: { PERSONA_API_KEY: "value" },
  hosts: ["api.withpersona.com", "withpersona.com"],
  packages: {},
  rotate: { by: "person", page: "https://app.withpersona.com/dashboard/api-keys" },
};
