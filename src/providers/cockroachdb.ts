import { sequence } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const cockroachdb: Provider = {
  id: "cockroachdb",
  title: "CockroachDB Cloud",
  kind: "database",
  website: "https://www.cockroachlabs.com",
  docs: "https://www.cockroachlabs.com/docs/cockroachcloud/managing-access",
  aliases: ["cockroach"],
  credentials: [
    {
      id: "cockroachdb-api-key",
      title: "CockroachDB Cloud API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.cockroachlabs",
      actsFor: "machine",
      ...sequence(["CCDB1_", { alphabet: "alnum", min: 22 }, "_", { alphabet: "alnum", min: 40 }]),
    },
  ],
  variables: { COCKROACH_API_KEY: "value" },
  hosts: ["cockroachlabs.cloud"],
  packages: {},
  rotate: { by: "person", page: "https://cockroachlabs.cloud/access/service-accounts" },
};
