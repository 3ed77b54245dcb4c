import { sequence } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const inferenceNet: Provider = {
  id: "inference-net",
  title: "Inference.net",
  kind: "model-api",
  website: "https://inference.net",
  docs: "https://docs.inference.net",
  credentials: [
    {
      id: "inference-net-api-key",
      title: "Inference.net API key",
      severity: "high",
      cite: "https://docs.inference.net/quickstart",
      actsFor: "machine",
      ...sequence(["inference-", { alphabet: "hex", min: 32 }]),
    },
  ],
  variables: { INFERENCE_API_KEY: "value" },
  hosts: ["api.inference.net"],
  packages: {},
  rotate: { by: "person", page: "https://docs.inference.net" },
};
