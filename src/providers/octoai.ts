import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const octoai: Provider = {
  id: "octoai",
  title: "OctoAI",
  kind: "model-api",
  website: "https://octo.ai",
  docs: "https://python.langchain.com/docs/integrations/llms/octoai/",
  credentials: [
    {
      id: "octoai-token",
      title: "OctoAI token",
      severity: "high",
      cite: "https://python.langchain.com/docs/integrations/llms/octoai/",
      actsFor: "machine",
      ...opaque(["octoai_api_token", "octoai_token", "octoai_api_key"]),
    },
  ],
  variables: { OCTOAI_TOKEN: "value", OCTOAI_API_TOKEN: "value" },
  hosts: ["text.octoai.run"],
  packages: { python: ["octoai"] },
  rotate: { by: "person", page: "https://python.langchain.com/docs/integrations/llms/octoai/" },
};
