import { prefixed } from "./format.ts";
import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const clickhouse: Provider = {
  id: "clickhouse",
  title: "ClickHouse Cloud",
  kind: "database",
  website: "https://clickhouse.com/cloud",
  docs: "https://clickhouse.com/docs/cloud/manage/openapi",
  credentials: [
    {
      id: "clickhouse-cloud-secret",
      title: "ClickHouse Cloud API key secret",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.clickhouse",
      actsFor: "machine",
      ...prefixed("4b1d", { alphabet: "alnum", min: 38 }),
    },
    {
      id: "clickhouse-password",
      title: "ClickHouse password",
      severity: "critical",
      cite: "https://clickhouse.com/docs/integrations/python",
      actsFor: "machine",
      part: "password",
      ...named(["clickhouse_password"], { alphabet: "base64url", min: 12, max: 64 }, { minEntropy: 3 }),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "password", secret: true },
    { name: "key_id", secret: false },
  ],
  variables: {
    CLICKHOUSE_CLOUD_API_SECRET: "value",
    CLICKHOUSE_PASSWORD: "password",
    CLICKHOUSE_CLOUD_API_KEY: "key_id",
  },
  hosts: ["api.clickhouse.cloud", "*.clickhouse.cloud"],
  packages: { python: ["clickhouse_connect", "clickhouse_driver"], npm: ["@clickhouse/client"] },
  rotate: { by: "api", page: "https://console.clickhouse.cloud" },
};
