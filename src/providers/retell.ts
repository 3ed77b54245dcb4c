import { sequence } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const retell: Provider = {
  id: "retell",
  title: "Retell AI",
  kind: "model-api",
  website: "https://www.retellai.com",
  docs: "https://docs.retellai.com",
  aliases: ["retellai"],
  credentials: [
    {
      id: "retell-api-key",
      title: "Retell AI API key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.retellai",
      actsFor: "machine",
      ...sequence(["key_", { alphabet: "hex", min: 28 }]),
    },
  ],
  variables: { RETELL_API_KEY: "value" },
  hosts: ["api.retellai.com"],
  packages: { python: ["retell", "retell-sdk"], npm: ["retell-sdk"] },
  rotate: { by: "person", page: "https://dashboard.retellai.com/apiKey" },
};
