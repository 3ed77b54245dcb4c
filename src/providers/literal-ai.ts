import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const literalAi: Provider = {
  id: "literal-ai",
  title: "Literal AI",
  kind: "observability",
  website: "https://literalai.com",
  docs: "https://docs.literalai.com",
  credentials: [
    {
      id: "literal-ai-api-key",
      title: "Literal AI API key",
      severity: "high",
      cite: "https://docs.literalai.com",
      actsFor: "machine",
      ...named(["literal_api_key"], ["lsk_", { alphabet: "base64url", min: 24, max: 96 }]),
    },
  ],
  variables: { LITERAL_API_KEY: "value" },
  baseUrlVariables: ["LITERAL_API_URL"],
  hosts: ["cloud.getliteral.ai"],
  packages: { python: ["literalai"], npm: ["@literalai/client"] },
  rotate: { by: "person", page: "https://docs.literalai.com" },
};
