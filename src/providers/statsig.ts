import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const statsig: Provider = {
  id: "statsig",
  title: "Statsig",
  kind: "observability",
  website: "https://statsig.com",
  docs: "https://docs.statsig.com/access-management/api-keys",
  credentials: [
    {
      id: "statsig-server-key",
      title: "Statsig server secret key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.statsig",
      actsFor: "machine",
      ...named(
        [
          "statsig_server_secret",
          "statsig_secret_key",
          "statsig_server_key",
          "statsig_server_sdk_key",
          "statsig_api_key",
        ],
        ["secret-", { alphabet: "alnum", min: 40, max: 48 }],
      ),
    },
  ],
  variables: { STATSIG_SERVER_SECRET: "value", STATSIG_SECRET_KEY: "value" },
  hosts: ["statsigapi.net", "api.statsig.com"],
  packages: {
    python: ["statsig", "statsig-python-core"],
    npm: ["statsig-node", "@statsig/statsig-node-core"],
  },
  rotate: { by: "person", page: "https://console.statsig.com/api_keys" },
};
