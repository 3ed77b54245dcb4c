import { bearer, prefixed, usualVerdicts } from "./format.ts";
import type { Provider } from "./types.ts";

export const groq: Provider = {
  id: "groq",
  title: "Groq",
  kind: "model-api",
  website: "https://groq.com",
  docs: "https://console.groq.com/docs/api-reference",
  credentials: [
    {
      id: "groq-api-key",
      title: "Groq API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.groq",
      actsFor: "machine",
      ...prefixed("gsk_", { alphabet: "alnum", min: 52 }),
    },
  ],
  variables: { GROQ_API_KEY: "value" },
  baseUrlVariables: ["GROQ_BASE_URL"],
  hosts: ["api.groq.com"],
  packages: { python: ["groq", "langchain_groq"], npm: ["groq-sdk", "@ai-sdk/groq"] },
  rotate: { by: "person", page: "https://console.groq.com/keys" },
  verify: {
    method: "GET",
    url: "https://api.groq.com/openai/v1/models",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
