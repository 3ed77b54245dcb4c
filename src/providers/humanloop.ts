import { prefixed } from "./format.ts";
import type { Provider } from "./types.ts";

export const humanloop: Provider = {
  id: "humanloop",
  title: "Humanloop",
  kind: "observability",
  website: "https://humanloop.com",
  docs: "https://humanloop.com/docs",
  credentials: [
    {
      id: "humanloop-api-key",
      title: "Humanloop API key",
      severity: "high",
      cite: "https://github.com/humanloop/humanloop-cookbook",
      actsFor: "machine",
      ...prefixed("hl_sk_", { alphabet: "hex", min: 48 }),
    },
  ],
  variables: { HUMANLOOP_API_KEY: "value" },
  hosts: ["api.humanloop.com"],
  packages: { python: ["humanloop"], npm: ["humanloop"] },
  rotate: { by: "person", page: "https://humanloop.com/docs" },
};
