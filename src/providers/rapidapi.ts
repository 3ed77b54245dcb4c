import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const rapidapi: Provider = {
  id: "rapidapi",
  title: "RapidAPI",
  kind: "generic",
  website: "https://rapidapi.com",
  docs: "https://docs.rapidapi.com/docs/keys-and-key-rotation",
  credentials: [
    {
      id: "rapidapi-api-key",
      title: "RapidAPI API key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.rapidapi",
      actsFor: "machine",
      ...named(["rapidapi_key", "rapid_api_key", "rapidapi_api_key"], { alphabet: "base64url", min: 50 }),
    },
  ],
  variables: { RAPIDAPI_KEY: "value", X_RAPIDAPI_KEY: "value", RAPID_API_KEY: "value" },
  hosts: ["*.p.rapidapi.com"],
  packages: {},
  rotate: { by: "person", page: "https://rapidapi.com/developer/apps" },
};
