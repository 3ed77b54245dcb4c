import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const lakefs: Provider = {
  id: "lakefs",
  title: "lakeFS",
  kind: "training-data",
  website: "https://lakefs.io",
  docs: "https://docs.lakefs.io/reference/cli.html",
  credentials: [
    {
      id: "lakefs-secret-key",
      title: "lakeFS secret access key",
      severity: "critical",
      cite: "https://docs.lakefs.io/reference/cli.html",
      actsFor: "machine",
      ...named(["lakectl_credentials_secret_access_key", "lakefs_secret_access_key", "lakefs_secret_key"], {
        alphabet: "base64",
        min: 40,
      }),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "access_key_id", secret: false },
    { name: "endpoint", secret: false },
  ],
  variables: {
    LAKECTL_CREDENTIALS_SECRET_ACCESS_KEY: "value",
    LAKECTL_CREDENTIALS_ACCESS_KEY_ID: "access_key_id",
    LAKECTL_SERVER_ENDPOINT_URL: "endpoint",
  },
  hosts: [],
  packages: { python: ["lakefs", "lakefs-sdk", "lakefs-spec"], npm: [] },
  rotate: { by: "person", page: "https://docs.lakefs.io/reference/cli.html" },
};
