import { sequence } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const metaLlama: Provider = {
  id: "meta-llama",
  title: "Meta Llama API",
  kind: "model-api",
  website: "https://llama.developer.meta.com",
  docs: "https://llama.developer.meta.com/docs/overview",
  aliases: ["llama-api"],
  credentials: [
    {
      id: "meta-llama-api-key",
      title: "Llama API API key",
      severity: "critical",
      cite: "https://docs.litellm.ai/docs/providers/meta_llama",
      actsFor: "machine",
      ...sequence([
        "LLM|",
        { alphabet: "digits", min: 12, max: 18 },
        "|",
        { alphabet: "base64url", min: 27 },
      ]),
    },
  ],
  variables: { LLAMA_API_KEY: "value", META_LLAMA_API_KEY: "value" },
  hosts: ["api.llama.com"],
  packages: { python: ["llama_api_client"], npm: ["llama-api-client"] },
  rotate: { by: "person", page: "https://llama.developer.meta.com/docs/overview" },
};
