import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const influxdb: Provider = {
  id: "influxdb",
  title: "InfluxDB",
  kind: "database",
  website: "https://www.influxdata.com",
  docs: "https://docs.influxdata.com/influxdb/cloud/admin/tokens/",
  credentials: [
    {
      id: "influxdb-token",
      title: "InfluxDB token",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.influxdb",
      actsFor: "machine",
      ...named(
        [
          "influxdb_token",
          "influx_token",
          "influxdb_api_token",
          "influxdb_admin_token",
          "influxdb_v2_token",
          "docker_influxdb_init_admin_token",
        ],
        [{ alphabet: "base64url", min: 86 }, "=="],
      ),
    },
  ],
  variables: { INFLUXDB_TOKEN: "value", INFLUX_TOKEN: "value", INFLUXDB_V2_TOKEN: "value" },
  hosts: ["*.cloud2.influxdata.com"],
  packages: { python: ["influxdb_client", "influxdb_client_3"], npm: ["@influxdata/influxdb-client"] },
  rotate: { by: "api", page: "https://docs.influxdata.com/influxdb/cloud/admin/tokens/" },
};
