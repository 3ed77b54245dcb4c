import { sequence } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const cursor: Provider = {
  id: "cursor",
  title: "Cursor",
  kind: "model-api",
  website: "https://cursor.com",
  docs: "https://cursor.com/docs/api",
  credentials: [
    {
      id: "cursor-api-key",
      title: "Cursor API key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/cursor.yml",
      actsFor: "machine",
      ...sequence(["key_", { alphabet: "hex", min: 64 }]),
    },
  ],
  variables: { CURSOR_API_KEY: "value" },
  hosts: ["api.cursor.com", "api2.cursor.sh"],
  packages: {},
  rotate: { by: "person", page: "https://cursor.com/dashboard" },
};
