import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const hyperbolic: Provider = {
  id: "hyperbolic",
  title: "Hyperbolic",
  kind: "model-api",
  website: "https://hyperbolic.xyz",
  docs: "https://docs.hyperbolic.xyz",
  credentials: [
    {
      id: "hyperbolic-api-key",
      title: "Hyperbolic API key",
      severity: "critical",
      cite: "https://docs.litellm.ai/docs/providers/hyperbolic",
      actsFor: "machine",
      ...opaque(["hyperbolic_api_key"]),
    },
  ],
  variables: { HYPERBOLIC_API_KEY: "value" },
  hosts: ["api.hyperbolic.xyz"],
  packages: {},
  rotate: { by: "person", page: "https://app.hyperbolic.ai/settings/api-keys" },
};
