import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const novita: Provider = {
  id: "novita",
  title: "Novita AI",
  kind: "model-api",
  website: "https://novita.ai",
  docs: "https://novita.ai/docs/guides/quickstart",
  credentials: [
    {
      id: "novita-api-key",
      title: "Novita AI API key",
      severity: "critical",
      cite: "https://docs.litellm.ai/docs/providers/novita",
      actsFor: "machine",
      ...named(["novita_api_key", "novita_api_token"], ["sk_", { alphabet: "base64url", min: 43 }]),
    },
  ],
  variables: { NOVITA_API_KEY: "value" },
  hosts: ["api.novita.ai"],
  packages: { python: ["novita_client"], npm: ["novita-sdk"] },
  rotate: { by: "person", page: "https://novita.ai/settings/key-management" },
};
