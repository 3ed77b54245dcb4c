import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const mindee: Provider = {
  id: "mindee",
  title: "Mindee",
  kind: "model-api",
  website: "https://www.mindee.com",
  docs: "https://docs.mindee.com",
  credentials: [
    {
      id: "mindee-api-key",
      title: "Mindee API key",
      severity: "medium",
      cite: "https://docs.mindee.com",
      actsFor: "machine",
      ...opaque(["mindee_api_key", "mindee_v2_api_key"]),
    },
  ],
  variables: { MINDEE_API_KEY: "value" },
  hosts: ["api.mindee.net", "api-v2.mindee.net"],
  packages: { python: ["mindee"], npm: ["mindee"] },
  rotate: { by: "person", page: "https://platform.mindee.com" },
};
