import { UUID, named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const vapi: Provider = {
  id: "vapi",
  title: "Vapi",
  kind: "model-api",
  website: "https://vapi.ai",
  docs: "https://docs.vapi.ai",
  credentials: [
    {
      id: "vapi-api-key",
      title: "Vapi API key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.vapi",
      actsFor: "machine",
      ...named(["vapi_api_key", "vapi_private_key", "vapi_token", "vapi_key"], UUID),
    },
  ],
  variables: { VAPI_API_KEY: "value", VAPI_PRIVATE_KEY: "value", VAPI_TOKEN: "value" },
  hosts: ["api.vapi.ai"],
  packages: { python: ["vapi-server-sdk"], npm: ["@vapi-ai/server-sdk", "@vapi-ai/web"] },
  rotate: { by: "person", page: "https://dashboard.vapi.ai/org/api-keys" },
};
