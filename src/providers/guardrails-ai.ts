import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const guardrailsAi: Provider = {
  id: "guardrails-ai",
  title: "Guardrails AI",
  kind: "observability",
  website: "https://www.guardrailsai.com",
  docs: "https://www.guardrailsai.com/docs",
  credentials: [
    {
      id: "guardrails-token",
      title: "Guardrails Hub token",
      severity: "medium",
      cite: "https://www.guardrailsai.com/docs",
      actsFor: "machine",
      ...opaque(["guardrails_api_key", "guardrails_token"]),
    },
  ],
  variables: { GUARDRAILS_API_KEY: "value", GUARDRAILS_TOKEN: "value" },
  hosts: [],
  packages: { python: ["guardrails", "guardrails-ai"] },
  rotate: { by: "person", page: "https://hub.guardrailsai.com/keys" },
};
