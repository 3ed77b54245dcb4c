import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const whylabs: Provider = {
  id: "whylabs",
  title: "WhyLabs",
  kind: "observability",
  website: "https://whylabs.ai",
  docs: "https://docs.whylabs.ai",
  credentials: [
    {
      id: "whylabs-api-key",
      title: "WhyLabs API key",
      severity: "high",
      cite: "https://github.com/whylabs/whylogs",
      actsFor: "machine",
      ...named(["whylabs_api_key"], [{ alphabet: "alnum", min: 10 }, ".", { alphabet: "alnum", min: 64 }]),
    },
  ],
  variables: { WHYLABS_API_KEY: "value" },
  hosts: ["api.whylabsapp.com"],
  packages: { python: ["whylogs", "whylabs-client", "langkit"] },
  rotate: { by: "person", page: "https://hub.whylabsapp.com/settings/access-tokens" },
};
