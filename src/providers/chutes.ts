import { sequence } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const chutes: Provider = {
  id: "chutes",
  title: "Chutes",
  kind: "model-api",
  website: "https://chutes.ai",
  docs: "https://chutes.ai/docs",
  credentials: [
    {
      id: "chutes-api-key",
      title: "Chutes API key",
      severity: "high",
      cite: "https://github.com/chutesai/chutes",
      actsFor: "machine",
      ...sequence([
        "cpk_",
        { alphabet: "hex", min: 32 },
        ".",
        { alphabet: "hex", min: 32 },
        ".",
        { alphabet: "alnum", min: 32 },
      ]),
    },
  ],
  variables: { CHUTES_API_KEY: "value" },
  hosts: ["llm.chutes.ai", "api.chutes.ai"],
  packages: { python: ["chutes"] },
  rotate: { by: "person", page: "https://chutes.ai/docs" },
};
