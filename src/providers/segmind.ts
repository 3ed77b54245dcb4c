import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const segmind: Provider = {
  id: "segmind",
  title: "Segmind",
  kind: "model-api",
  website: "https://www.segmind.com",
  docs: "https://docs.segmind.com",
  credentials: [
    {
      id: "segmind-api-key",
      title: "Segmind API key",
      severity: "medium",
      cite: "https://docs.segmind.com",
      actsFor: "machine",
      ...named(["segmind_api_key"], ["SG_", { alphabet: "hex", min: 16 }]),
    },
  ],
  variables: { SEGMIND_API_KEY: "value" },
  hosts: ["api.segmind.com"],
  packages: { python: ["segmind"] },
  rotate: { by: "person", page: "https://cloud.segmind.com/console/api-keys" },
};
