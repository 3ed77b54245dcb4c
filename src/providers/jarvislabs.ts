import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const jarvislabs: Provider = {
  id: "jarvislabs",
  title: "JarvisLabs",
  kind: "cloud",
  website: "https://jarvislabs.ai",
  docs: "https://docs.jarvislabs.ai",
  credentials: [
    {
      id: "jarvislabs-token",
      title: "JarvisLabs token",
      severity: "high",
      cite: "https://docs.jarvislabs.ai",
      actsFor: "machine",
      ...opaque(["jarvislabs_token", "jarvislabs_api_key", "jl_api_key"]),
    },
  ],
  variables: { JARVISLABS_TOKEN: "value", JARVISLABS_API_KEY: "value" },
  hosts: [],
  packages: { python: ["jlclient"] },
  rotate: { by: "person", page: "https://docs.jarvislabs.ai" },
};
