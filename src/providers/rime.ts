import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const rime: Provider = {
  id: "rime",
  title: "Rime",
  kind: "model-api",
  website: "https://rime.ai",
  docs: "https://docs.rime.ai",
  credentials: [
    {
      id: "rime-api-key",
      title: "Rime API key",
      severity: "medium",
      cite: "https://docs.rime.ai",
      actsFor: "machine",
      ...opaque(["rime_api_key"]),
    },
  ],
  variables: { RIME_API_KEY: "value" },
  hosts: ["users.rime.ai"],
  packages: {},
  rotate: { by: "person", page: "https://rime.ai/dashboard/tokens" },
};
