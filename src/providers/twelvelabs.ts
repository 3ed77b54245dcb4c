import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const twelvelabs: Provider = {
  id: "twelvelabs",
  title: "TwelveLabs",
  kind: "model-api",
  website: "https://www.twelvelabs.io",
  docs: "https://docs.twelvelabs.io",
  credentials: [
    {
      id: "twelvelabs-api-key",
      title: "TwelveLabs API key",
      severity: "high",
      cite: "https://docs.twelvelabs.io",
      actsFor: "machine",
      ...named(
        ["twelvelabs_api_key", "twelve_labs_api_key", "tl_api_key"],
        ["tlk_", { alphabet: "alnum", min: 28, max: 48 }],
      ),
    },
  ],
  variables: { TWELVELABS_API_KEY: "value", TWELVE_LABS_API_KEY: "value" },
  hosts: ["api.twelvelabs.io"],
  packages: { python: ["twelvelabs"], npm: ["twelvelabs-js"] },
  rotate: { by: "person", page: "https://playground.twelvelabs.io/dashboard/api-key" },
};
