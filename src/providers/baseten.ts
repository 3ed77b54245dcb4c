import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const baseten: Provider = {
  id: "baseten",
  title: "Baseten",
  kind: "model-api",
  website: "https://www.baseten.co",
  docs: "https://docs.baseten.co/observability/api-keys",
  credentials: [
    {
      id: "baseten-api-key",
      title: "Baseten API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.baseten",
      actsFor: "machine",
      ...named(
        ["baseten_api_key", "baseten_key"],
        [{ alphabet: "alnum", min: 8 }, ".", { alphabet: "alnum", min: 32 }],
      ),
    },
  ],
  variables: { BASETEN_API_KEY: "value" },
  hosts: ["api.baseten.co", "inference.baseten.co"],
  packages: { python: ["baseten", "truss"] },
  rotate: { by: "person", page: "https://app.baseten.co/settings/api_keys" },
};
