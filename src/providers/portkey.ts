import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const portkey: Provider = {
  id: "portkey",
  title: "Portkey",
  kind: "observability",
  website: "https://portkey.ai",
  docs: "https://portkey.ai/docs/api-reference/inference-api/authentication",
  credentials: [
    {
      id: "portkey-api-key",
      title: "Portkey API key",
      severity: "critical",
      cite: "https://portkey.ai/docs/api-reference/inference-api/authentication",
      actsFor: "machine",
      ...named(["portkey_api_key"], { alphabet: "base64", min: 26, max: 44 }),
    },
  ],
  variables: { PORTKEY_API_KEY: "value" },
  baseUrlVariables: ["PORTKEY_BASE_URL"],
  hosts: ["api.portkey.ai"],
  packages: { python: ["portkey_ai"], npm: ["portkey-ai"] },
  rotate: { by: "person", page: "https://app.portkey.ai/api-keys" },
};
