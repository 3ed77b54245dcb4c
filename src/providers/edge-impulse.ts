import { either, prefixed } from "./format.ts";
import type { Provider } from "./types.ts";

export const edgeImpulse: Provider = {
  id: "edge-impulse",
  title: "Edge Impulse",
  kind: "model-api",
  website: "https://edgeimpulse.com",
  docs: "https://docs.edgeimpulse.com/reference/edge-impulse-api",
  credentials: [
    {
      id: "edge-impulse-api-key",
      title: "Edge Impulse API key",
      severity: "high",
      cite: "https://docs.edgeimpulse.com/reference/edge-impulse-api",
      actsFor: "machine",
      ...either(prefixed("ei_", { alphabet: "hex", min: 64 }), prefixed("ei_", { alphabet: "hex", min: 48 })),
    },
  ],
  variables: { EI_API_KEY: "value" },
  hosts: ["studio.edgeimpulse.com", "ingestion.edgeimpulse.com"],
  packages: { python: ["edgeimpulse", "edgeimpulse-api"], npm: ["edge-impulse-linux"] },
  rotate: { by: "person", page: "https://docs.edgeimpulse.com/reference/edge-impulse-api" },
};
