import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const agentops: Provider = {
  id: "agentops",
  title: "AgentOps",
  kind: "observability",
  website: "https://www.agentops.ai",
  docs: "https://docs.agentops.ai",
  credentials: [
    {
      id: "agentops-api-key",
      title: "AgentOps API key",
      severity: "high",
      cite: "https://docs.agentops.ai/v2/quickstart",
      actsFor: "machine",
      ...opaque(["agentops_api_key"]),
    },
  ],
  variables: { AGENTOPS_API_KEY: "value" },
  hosts: ["api.agentops.ai"],
  packages: { python: ["agentops"], npm: ["agentops"] },
  rotate: { by: "person", page: "https://app.agentops.ai/settings/projects" },
};
