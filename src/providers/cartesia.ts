import { prefixed } from "./format.ts";
import type { Provider } from "./types.ts";

export const cartesia: Provider = {
  id: "cartesia",
  title: "Cartesia",
  kind: "model-api",
  website: "https://cartesia.ai",
  docs: "https://docs.cartesia.ai/use-the-api/api-conventions",
  credentials: [
    {
      id: "cartesia-api-key",
      title: "Cartesia API key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/cartesia.yml",
      actsFor: "machine",
      ...prefixed("sk_car_", { alphabet: "base64url", min: 20, max: 40 }),
    },
  ],
  variables: { CARTESIA_API_KEY: "value" },
  hosts: ["api.cartesia.ai"],
  packages: { python: ["cartesia"], npm: ["@cartesia/cartesia-js"] },
  rotate: { by: "person", page: "https://play.cartesia.ai/keys" },
};
