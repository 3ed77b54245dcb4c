import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const speechmatics: Provider = {
  id: "speechmatics",
  title: "Speechmatics",
  kind: "model-api",
  website: "https://www.speechmatics.com",
  docs: "https://docs.speechmatics.com/get-started/authentication",
  credentials: [
    {
      id: "speechmatics-api-key",
      title: "Speechmatics API key",
      severity: "high",
      cite: "https://docs.speechmatics.com/get-started/authentication",
      actsFor: "machine",
      ...opaque(["speechmatics_api_key", "speechmatics_auth_token"]),
    },
  ],
  variables: { SPEECHMATICS_API_KEY: "value" },
  hosts: ["asr.api.speechmatics.com"],
  packages: { python: ["speechmatics"], npm: ["speechmatics", "@speechmatics/auth"] },
  rotate: { by: "person", page: "https://portal.speechmatics.com" },
};
