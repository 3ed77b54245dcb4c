import { either, prefixed } from "./format.ts";
import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const runpod: Provider = {
  id: "runpod",
  title: "RunPod",
  kind: "cloud",
  website: "https://www.runpod.io",
  docs: "https://docs.runpod.io/get-started/api-keys",
  credentials: [
    {
      id: "runpod-api-key",
      title: "RunPod API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.runpod",
      actsFor: "machine",
      ...either(
        prefixed("rpa_", { alphabet: "alnum", min: 40, max: 46 }),
        named(["runpod_api_key", "runpod_key"], { alphabet: "alnum", min: 40 }),
      ),
    },
  ],
  variables: { RUNPOD_API_KEY: "value" },
  hosts: ["api.runpod.io", "api.runpod.ai", "rest.runpod.io"],
  packages: { python: ["runpod"], npm: ["runpod-sdk", "@runpod/ai-sdk-provider"] },
  rotate: { by: "person", page: "https://www.console.runpod.io/user/settings" },
};
