import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const lighton: Provider = {
  id: "lighton",
  title: "LightOn Paradigm",
  kind: "model-api",
  website: "https://www.lighton.ai",
  docs: "https://paradigm.lighton.ai",
  credentials: [
    {
      id: "lighton-api-key",
      title: "LightOn Paradigm API key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.lighton",
      actsFor: "machine",
      ...named(["paradigm_api_key", "lighton_api_key"], { alphabet: "base64url", min: 40, max: 80 }),
    },
  ],
  variables: { PARADIGM_API_KEY: "value" },
  hosts: ["paradigm.lighton.ai"],
  packages: {},
  rotate: { by: "person", page: "https://paradigm.lighton.ai" },
};
