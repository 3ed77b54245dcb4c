import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const tavus: Provider = {
  id: "tavus",
  title: "Tavus",
  kind: "model-api",
  website: "https://www.tavus.io",
  docs: "https://docs.tavus.io",
  credentials: [
    {
      id: "tavus-api-key",
      title: "Tavus API key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.tavus",
      actsFor: "machine",
      ...named(["tavus_api_key"], { alphabet: "hex", min: 32 }),
    },
  ],
  variables: { TAVUS_API_KEY: "value" },
  hosts: ["tavusapi.com"],
  packages: {},
  rotate: { by: "person", page: "https://platform.tavus.io/api-keys" },
};
