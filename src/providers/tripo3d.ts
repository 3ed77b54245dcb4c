import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const tripo3d: Provider = {
  id: "tripo3d",
  title: "Tripo",
  kind: "model-api",
  website: "https://www.tripo3d.ai",
  docs: "https://platform.tripo3d.ai/docs",
  aliases: ["tripo"],
  credentials: [
    {
      id: "tripo3d-api-key",
      title: "Tripo API key",
      severity: "medium",
      cite: "https://platform.tripo3d.ai/docs/authorization",
      actsFor: "machine",
      ...named(["tripo_api_key", "tripo3d_api_key"], ["tsk_", { alphabet: "base64url", min: 30, max: 60 }]),
    },
  ],
  variables: { TRIPO_API_KEY: "value" },
  hosts: ["api.tripo3d.ai"],
  packages: { python: ["tripo3d"] },
  rotate: { by: "person", page: "https://platform.tripo3d.ai/api-keys" },
};
