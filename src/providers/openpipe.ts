import { prefixed } from "./format.ts";
import type { Provider } from "./types.ts";

export const openpipe: Provider = {
  id: "openpipe",
  title: "OpenPipe",
  kind: "model-api",
  website: "https://openpipe.ai",
  docs: "https://docs.openpipe.ai",
  credentials: [
    {
      id: "openpipe-api-key",
      title: "OpenPipe API key",
      severity: "high",
      cite: "https://docs.openpipe.ai/getting-started/quick-start",
      actsFor: "machine",
      ...prefixed("opk_", { alphabet: "hex", min: 42 }),
    },
  ],
  variables: { OPENPIPE_API_KEY: "value" },
  baseUrlVariables: ["OPENPIPE_BASE_URL"],
  hosts: ["api.openpipe.ai", "app.openpipe.ai"],
  packages: { python: ["openpipe"], npm: ["openpipe"] },
  rotate: { by: "person", page: "https://app.openpipe.ai/settings" },
};
