import { UUID, named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const exa: Provider = {
  id: "exa",
  title: "Exa",
  kind: "generic",
  website: "https://exa.ai",
  docs: "https://docs.exa.ai",
  credentials: [
    {
      id: "exa-api-key",
      title: "Exa API key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.exa",
      actsFor: "machine",
      ...named(["exa_api_key", "exa_ai_api_key", "metaphor_api_key"], UUID),
    },
  ],
  variables: { EXA_API_KEY: "value", METAPHOR_API_KEY: "value" },
  hosts: ["api.exa.ai"],
  packages: { python: ["exa_py", "langchain_exa"], npm: ["exa-js"] },
  rotate: { by: "person", page: "https://dashboard.exa.ai/api-keys" },
};
