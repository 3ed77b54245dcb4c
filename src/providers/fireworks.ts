import { bearer, beside, usualVerdicts } from "./format.ts";
import type { Provider } from "./types.ts";

export const fireworks: Provider = {
  id: "fireworks",
  title: "Fireworks AI",
  kind: "model-api",
  website: "https://fireworks.ai",
  docs: "https://docs.fireworks.ai/api-reference/introduction",
  credentials: [
    {
      id: "fireworks-api-key",
      title: "Fireworks AI API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.fireworks",
      actsFor: "machine",
      ...beside(["fireworks"], { alphabet: "base64url", min: 25, max: 48 }),
    },
  ],
  variables: { FIREWORKS_API_KEY: "value" },
  hosts: ["api.fireworks.ai"],
  packages: { python: ["fireworks", "langchain_fireworks"], npm: ["@ai-sdk/fireworks"] },
  rotate: { by: "person", page: "https://app.fireworks.ai/settings/users/api-keys" },
  verify: {
    method: "GET",
    url: "https://api.fireworks.ai/inference/v1/models",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
