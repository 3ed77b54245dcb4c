import { either } from "./format.ts";
import { named, sequence } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const scale: Provider = {
  id: "scale",
  title: "Scale",
  kind: "training-data",
  website: "https://scale.com",
  docs: "https://docs.scale.com",
  aliases: ["scale-ai"],
  credentials: [
    {
      id: "scale-api-key",
      title: "Scale API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.scale",
      actsFor: "machine",
      ...either(
        named(
          ["scale_api_key", "scaleapi_key", "scale_ai_api_key", "nucleus_api_key"],
          ["live_", { alphabet: "hex", min: 32 }],
        ),
        named(
          ["scale_api_key", "scaleapi_key", "scale_ai_api_key", "nucleus_api_key"],
          ["test_", { alphabet: "hex", min: 32 }],
        ),
      ),
    },
    {
      id: "scale-callback-key",
      title: "Scale callback key",
      severity: "medium",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.scale",
      actsFor: "machine",
      part: "callback_key",
      ...sequence(["live_auth_", { alphabet: "hex", min: 32 }]),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "callback_key", secret: true },
  ],
  variables: { SCALE_API_KEY: "value", NUCLEUS_API_KEY: "value" },
  hosts: ["api.scale.com"],
  packages: { python: ["scaleapi", "scale-nucleus", "scale-gp"], npm: ["scale-gp"] },
  rotate: { by: "person", page: "https://dashboard.scale.com/settings/api-keys" },
};
