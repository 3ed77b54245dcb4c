import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const galadriel: Provider = {
  id: "galadriel",
  title: "Galadriel",
  kind: "model-api",
  website: "https://galadriel.com",
  docs: "https://docs.galadriel.com",
  credentials: [
    {
      id: "galadriel-api-key",
      title: "Galadriel API key",
      severity: "high",
      cite: "https://docs.litellm.ai/docs/providers/galadriel",
      actsFor: "machine",
      ...opaque(["galadriel_api_key"]),
    },
  ],
  variables: { GALADRIEL_API_KEY: "value" },
  hosts: ["api.galadriel.com"],
  packages: {},
  rotate: { by: "person", page: "https://docs.galadriel.com" },
};
