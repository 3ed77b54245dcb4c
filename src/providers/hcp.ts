import { named } from "./layout.ts";
import type { Provider } from "./types.ts";

export const hcp: Provider = {
  id: "hcp",
  title: "HashiCorp Cloud Platform",
  kind: "cloud",
  website: "https://portal.cloud.hashicorp.com",
  docs: "https://developer.hashicorp.com/hcp/docs/hcp/iam/service-principal",
  credentials: [
    {
      id: "hcp-client-secret",
      title: "HashiCorp Cloud Platform client secret",
      severity: "critical",
      actsFor: "machine",
      cite: "https://github.com/google/osv-scalibr/blob/e8621f1fff93beb5b70e5d6ba5fdc3e9854ec845/veles/secrets/hcp/detector.go",
      ...named(["hcp_client_secret"], "{base64url 64}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "client_id", secret: false },
  ],
  variables: { HCP_CLIENT_SECRET: "value", HCP_CLIENT_ID: "client_id" },
  hosts: ["auth.idp.hashicorp.com", "api.cloud.hashicorp.com"],
  packages: {},
  rotate: { by: "person", page: "https://portal.cloud.hashicorp.com" },
};
