import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const ideogram: Provider = {
  id: "ideogram",
  title: "Ideogram",
  kind: "model-api",
  website: "https://ideogram.ai",
  docs: "https://developer.ideogram.ai",
  credentials: [
    {
      id: "ideogram-api-key",
      title: "Ideogram API key",
      severity: "medium",
      cite: "https://developer.ideogram.ai/ideogram-api/api-setup",
      actsFor: "machine",
      ...opaque(["ideogram_api_key"]),
    },
  ],
  variables: { IDEOGRAM_API_KEY: "value" },
  hosts: ["api.ideogram.ai"],
  packages: {},
  rotate: { by: "person", page: "https://developer.ideogram.ai" },
};
