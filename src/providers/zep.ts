import { sequence } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const zep: Provider = {
  id: "zep",
  title: "Zep",
  kind: "model-api",
  website: "https://www.getzep.com",
  docs: "https://help.getzep.com",
  credentials: [
    {
      id: "zep-api-key",
      title: "Zep API key",
      severity: "high",
      cite: "https://help.getzep.com/quickstart",
      actsFor: "machine",
      ...sequence([
        "z_1dWlkIjoi",
        { alphabet: "base64url", min: 40, max: 100 },
        ".",
        { alphabet: "base64url", min: 40, max: 140 },
      ]),
    },
  ],
  variables: { ZEP_API_KEY: "value" },
  hosts: ["api.getzep.com"],
  packages: { python: ["zep_cloud", "zep_python"], npm: ["@getzep/zep-cloud", "@getzep/zep-js"] },
  rotate: { by: "person", page: "https://app.getzep.com" },
};
