import { sequence } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const warpstream: Provider = {
  id: "warpstream",
  title: "WarpStream",
  kind: "generic",
  website: "https://www.warpstream.com",
  docs: "https://docs.warpstream.com",
  credentials: [
    {
      id: "warpstream-api-key",
      title: "WarpStream API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.warpstream",
      actsFor: "machine",
      ...sequence(["aks_", { alphabet: "hex", min: 64 }]),
    },
  ],
  variables: {
    WARPSTREAM_API_KEY: "value",
    WARPSTREAM_AGENT_KEY: "value",
    WARPSTREAM_DEPLOY_API_KEY: "value",
  },
  hosts: ["api.warpstream.com"],
  packages: {},
  rotate: { by: "api", page: "https://console.warpstream.com" },
};
