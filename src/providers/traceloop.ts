import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const traceloop: Provider = {
  id: "traceloop",
  title: "Traceloop",
  kind: "observability",
  website: "https://www.traceloop.com",
  docs: "https://www.traceloop.com/docs",
  credentials: [
    {
      id: "traceloop-api-key",
      title: "Traceloop API key",
      severity: "high",
      cite: "https://www.traceloop.com/docs/openllmetry/getting-started-python",
      actsFor: "machine",
      ...named(["traceloop_api_key"], ["tl_", { alphabet: "hex", min: 32, max: 64 }]),
    },
  ],
  variables: { TRACELOOP_API_KEY: "value" },
  baseUrlVariables: ["TRACELOOP_BASE_URL"],
  hosts: ["api.traceloop.com"],
  packages: { python: ["traceloop-sdk", "traceloop"], npm: ["@traceloop/node-server-sdk"] },
  rotate: { by: "person", page: "https://app.traceloop.com/settings/api-keys" },
};
