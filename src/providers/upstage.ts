import { either } from "./format.ts";
import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const upstage: Provider = {
  id: "upstage",
  title: "Upstage",
  kind: "model-api",
  website: "https://www.upstage.ai",
  docs: "https://console.upstage.ai/docs/getting-started",
  credentials: [
    {
      id: "upstage-api-key",
      title: "Upstage API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.upstage",
      actsFor: "machine",
      ...either(
        named(["upstage_api_key"], ["up_", { alphabet: "alnum", min: 24, max: 40 }]),
        named(["upstage_api_key"], { alphabet: "alnum", min: 32, max: 50 }),
      ),
    },
  ],
  variables: { UPSTAGE_API_KEY: "value" },
  hosts: ["api.upstage.ai"],
  packages: { python: ["langchain_upstage"], npm: [] },
  rotate: { by: "person", page: "https://console.upstage.ai/api-keys" },
};
