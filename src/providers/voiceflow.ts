import { sequence } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const voiceflow: Provider = {
  id: "voiceflow",
  title: "Voiceflow",
  kind: "model-api",
  website: "https://www.voiceflow.com",
  docs: "https://docs.voiceflow.com",
  credentials: [
    {
      id: "voiceflow-api-key",
      title: "Voiceflow API key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.voiceflow",
      actsFor: "machine",
      ...sequence(["VF.DM.", { alphabet: "hex", min: 24 }, ".", { alphabet: "alnum", min: 16 }]),
    },
  ],
  variables: { VOICEFLOW_API_KEY: "value" },
  hosts: ["general-runtime.voiceflow.com", "api.voiceflow.com"],
  packages: {},
  rotate: { by: "person", page: "https://docs.voiceflow.com" },
};
