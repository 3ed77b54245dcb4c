import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const unify: Provider = {
  id: "unify",
  title: "Unify",
  kind: "model-api",
  website: "https://unify.ai",
  docs: "https://docs.unify.ai",
  credentials: [
    {
      id: "unify-api-key",
      title: "Unify API key",
      severity: "high",
      cite: "https://docs.unify.ai",
      actsFor: "machine",
      ...opaque(["unify_key", "unify_api_key"]),
    },
  ],
  variables: { UNIFY_KEY: "value" },
  hosts: ["api.unify.ai"],
  packages: { python: ["unifyai"] },
  rotate: { by: "person", page: "https://console.unify.ai" },
};
