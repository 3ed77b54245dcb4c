import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const tidbCloud: Provider = {
  id: "tidb-cloud",
  title: "TiDB Cloud",
  kind: "database",
  website: "https://www.pingcap.com",
  docs: "https://docs.pingcap.com/tidbcloud/api/v1beta",
  aliases: ["tidb"],
  credentials: [
    {
      id: "tidb-cloud-private-key",
      title: "TiDB Cloud API private key",
      severity: "critical",
      cite: "https://docs.pingcap.com/tidbcloud/api/v1beta",
      actsFor: "machine",
      ...opaque(["tidbcloud_private_key", "tidb_cloud_private_key", "tidbcloud_api_private_key"]),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "public_key", secret: false },
  ],
  variables: { TIDBCLOUD_PRIVATE_KEY: "value", TIDBCLOUD_PUBLIC_KEY: "public_key" },
  hosts: ["api.tidbcloud.com", "*.tidbcloud.com"],
  packages: { python: ["tidb-vector", "pytidb"], npm: ["@tidbcloud/serverless"] },
  rotate: { by: "person", page: "https://tidbcloud.com" },
};
