import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const arize: Provider = {
  id: "arize",
  title: "Arize",
  kind: "observability",
  website: "https://arize.com",
  docs: "https://arize.com/docs/ax",
  aliases: ["phoenix"],
  credentials: [
    {
      id: "arize-api-key",
      title: "Arize API key",
      severity: "critical",
      cite: "https://arize.com/docs/ax",
      actsFor: "machine",
      ...opaque(["arize_api_key"]),
    },
    {
      id: "phoenix-api-key",
      title: "Arize Phoenix API key",
      severity: "high",
      cite: "https://arize.com/docs/phoenix",
      actsFor: "machine",
      ...opaque(["phoenix_api_key"]),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "space_id", secret: false },
  ],
  variables: { ARIZE_API_KEY: "value", PHOENIX_API_KEY: "value", ARIZE_SPACE_ID: "space_id" },
  hosts: ["otlp.arize.com", "app.phoenix.arize.com"],
  packages: { python: ["arize", "arize-phoenix", "phoenix"], npm: ["@arizeai/phoenix-client"] },
  rotate: { by: "person", page: "https://app.arize.com" },
};
