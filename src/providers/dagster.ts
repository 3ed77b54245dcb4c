import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const dagster: Provider = {
  id: "dagster",
  title: "Dagster+",
  kind: "training-data",
  website: "https://dagster.io",
  docs: "https://docs.dagster.io/deployment/dagster-plus/management/tokens",
  credentials: [
    {
      id: "dagster-user-token",
      title: "Dagster+ user token",
      severity: "critical",
      cite: "https://docs.dagster.io/deployment/dagster-plus/management/tokens",
      actsFor: "person",
      ...named(
        ["dagster_cloud_api_token", "dagster_cloud_user_token"],
        ["user:", { alphabet: "hex", min: 32 }],
      ),
    },
    {
      id: "dagster-agent-token",
      title: "Dagster+ agent token",
      severity: "critical",
      cite: "https://docs.dagster.io/deployment/dagster-plus/management/tokens",
      actsFor: "machine",
      part: "agent_token",
      ...named(
        ["dagster_cloud_agent_token", "dagster_cloud_api_token"],
        ["agent:", { alphabet: "base64url", min: 2, max: 60 }, ":", { alphabet: "hex", min: 32 }],
      ),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "agent_token", secret: true },
  ],
  variables: { DAGSTER_CLOUD_API_TOKEN: "value", DAGSTER_CLOUD_AGENT_TOKEN: "agent_token" },
  hosts: ["*.dagster.cloud"],
  packages: { python: ["dagster", "dagster-cloud"] },
  rotate: { by: "person", page: "https://docs.dagster.io/deployment/dagster-plus/management/tokens" },
  ciActions: ["dagster-io/dagster-cloud-action"],
};
