import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const writer: Provider = {
  id: "writer",
  title: "Writer",
  kind: "model-api",
  website: "https://writer.com",
  docs: "https://dev.writer.com/api-reference/api-keys",
  credentials: [
    {
      id: "writer-api-key",
      title: "Writer API key",
      severity: "high",
      cite: "https://dev.writer.com/api-reference/api-keys",
      actsFor: "machine",
      ...opaque(["writer_api_key"]),
    },
  ],
  variables: { WRITER_API_KEY: "value" },
  hosts: ["api.writer.com"],
  packages: { python: ["writer-sdk", "writerai"], npm: ["writer-sdk"] },
  rotate: { by: "person", page: "https://app.writer.com/aistudio" },
};
