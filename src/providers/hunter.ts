import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const hunter: Provider = {
  id: "hunter",
  title: "Hunter",
  kind: "generic",
  website: "https://hunter.io",
  docs: "https://hunter.io/api-documentation/v2",
  credentials: [
    {
      id: "hunter-api-key",
      title: "Hunter API key",
      severity: "low",
      actsFor: "machine",
      cite: betterleaks(7214),
      ...named(["hunter_api_key", "hunter_io_api_key", "hunterio_api_key"], "{hex 40}"),
    },
  ],
  variables: { HUNTER_API_KEY: "value" },
  hosts: ["api.hunter.io"],
  packages: { python: ["pyhunter"] },
  rotate: { by: "person", page: "https://hunter.io/api-keys" },
};
