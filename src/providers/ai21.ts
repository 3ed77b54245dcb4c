import { UUID, named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const ai21: Provider = {
  id: "ai21",
  title: "AI21",
  kind: "model-api",
  website: "https://www.ai21.com",
  docs: "https://docs.ai21.com/reference/authentication",
  credentials: [
    {
      id: "ai21-api-key",
      title: "AI21 API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/ai21.yml",
      actsFor: "machine",
      ...named(["ai21_api_key", "ai21_studio_api_key"], UUID),
    },
  ],
  variables: { AI21_API_KEY: "value" },
  hosts: ["api.ai21.com"],
  packages: { python: ["ai21", "langchain_ai21"], npm: ["ai21"] },
  rotate: { by: "person", page: "https://studio.ai21.com/account/api-key" },
};
