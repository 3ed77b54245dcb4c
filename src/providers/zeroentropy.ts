import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const zeroentropy: Provider = {
  id: "zeroentropy",
  title: "ZeroEntropy",
  kind: "embedding",
  website: "https://www.zeroentropy.dev",
  docs: "https://docs.zeroentropy.dev",
  credentials: [
    {
      id: "zeroentropy-api-key",
      title: "ZeroEntropy API key",
      severity: "medium",
      cite: "https://docs.zeroentropy.dev",
      actsFor: "machine",
      ...named(["zeroentropy_api_key"], ["ze_", { alphabet: "alnum", min: 16, max: 64 }]),
    },
  ],
  variables: { ZEROENTROPY_API_KEY: "value" },
  hosts: ["api.zeroentropy.dev"],
  packages: { python: ["zeroentropy"], npm: ["zeroentropy"] },
  rotate: { by: "person", page: "https://dashboard.zeroentropy.dev" },
};
