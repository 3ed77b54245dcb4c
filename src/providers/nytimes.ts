import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const nytimes: Provider = {
  id: "nytimes",
  title: "The New York Times",
  kind: "generic",
  website: "https://www.nytimes.com",
  docs: "https://developer.nytimes.com/get-started",
  credentials: [
    {
      id: "nytimes-api-key",
      title: "New York Times API key",
      severity: "low",
      actsFor: "machine",
      cite: betterleaks(8830),
      ...named(["nytimes_api_key", "nytimes_key", "newyorktimes_api_key", "nyt_api_key"], "{alnum 32}"),
    },
  ],
  variables: { NYT_API_KEY: "value", NYTIMES_API_KEY: "value" },
  hosts: ["api.nytimes.com"],
  packages: { python: ["pynytimes"] },
  rotate: { by: "person", page: "https://developer.nytimes.com/my-apps" },
};
