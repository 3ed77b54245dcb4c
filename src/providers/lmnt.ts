import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const lmnt: Provider = {
  id: "lmnt",
  title: "LMNT",
  kind: "model-api",
  website: "https://www.lmnt.com",
  docs: "https://docs.lmnt.com",
  credentials: [
    {
      id: "lmnt-api-key",
      title: "LMNT API key",
      severity: "medium",
      cite: "https://docs.lmnt.com",
      actsFor: "machine",
      ...opaque(["lmnt_api_key"]),
    },
  ],
  variables: { LMNT_API_KEY: "value" },
  hosts: ["api.lmnt.com"],
  packages: { python: ["lmnt"], npm: ["lmnt-node", "@ai-sdk/lmnt"] },
  rotate: { by: "person", page: "https://app.lmnt.com/account" },
};
