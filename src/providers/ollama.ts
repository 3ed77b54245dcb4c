import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const ollama: Provider = {
  id: "ollama",
  title: "Ollama",
  kind: "model-api",
  website: "https://ollama.com",
  docs: "https://docs.ollama.com/api/authentication",
  credentials: [
    {
      id: "ollama-api-key",
      title: "Ollama API key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.ollama",
      actsFor: "machine",
      ...named(
        ["ollama_api_key", "ollama_cloud_api_key"],
        [{ alphabet: "hex", min: 32 }, ".", { alphabet: "base64url", min: 24 }],
      ),
    },
  ],
  variables: { OLLAMA_API_KEY: "value" },
  baseUrlVariables: ["OLLAMA_HOST"],
  hosts: ["ollama.com"],
  packages: { python: ["ollama", "langchain_ollama"], npm: ["ollama", "ollama-ai-provider"] },
  rotate: { by: "person", page: "https://ollama.com/settings/keys" },
};
