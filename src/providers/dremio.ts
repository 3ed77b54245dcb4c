import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const dremio: Provider = {
  id: "dremio",
  title: "Dremio",
  kind: "training-data",
  website: "https://www.dremio.com",
  docs: "https://docs.dremio.com",
  credentials: [
    {
      id: "dremio-pat",
      title: "Dremio personal access token",
      severity: "critical",
      cite: "https://docs.dremio.com",
      actsFor: "person",
      ...opaque(["dremio_pat", "dremio_token", "dremio_cloud_pat"]),
    },
  ],
  variables: { DREMIO_PAT: "value", DREMIO_TOKEN: "value" },
  hosts: ["api.dremio.cloud", "data.dremio.cloud"],
  packages: { python: ["dbt-dremio"] },
  rotate: { by: "person", page: "https://docs.dremio.com" },
};
