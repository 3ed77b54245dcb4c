import { prefixed } from "./format.ts";
import type { Provider } from "./types.ts";

export const gamma: Provider = {
  id: "gamma",
  title: "Gamma",
  kind: "model-api",
  website: "https://gamma.app",
  docs: "https://developers.gamma.app",
  credentials: [
    {
      id: "gamma-api-key",
      title: "Gamma API key",
      severity: "medium",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.gamma",
      actsFor: "machine",
      ...prefixed("sk-gamma-", { alphabet: "base64url", min: 32, max: 64 }),
    },
  ],
  variables: { GAMMA_API_KEY: "value" },
  hosts: ["public-api.gamma.app"],
  packages: {},
  rotate: { by: "person", page: "https://gamma.app/settings" },
};
