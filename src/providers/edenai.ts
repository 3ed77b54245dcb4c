import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const edenai: Provider = {
  id: "edenai",
  title: "Eden AI",
  kind: "model-api",
  website: "https://www.edenai.co",
  docs: "https://docs.edenai.co",
  aliases: ["eden-ai"],
  credentials: [
    {
      id: "edenai-api-key",
      title: "Eden AI API key",
      severity: "high",
      cite: "https://python.langchain.com/docs/integrations/llms/edenai/",
      actsFor: "machine",
      ...opaque(["edenai_api_key", "eden_ai_api_key"]),
    },
  ],
  variables: { EDENAI_API_KEY: "value" },
  hosts: ["api.edenai.run"],
  packages: { python: ["edenai_apis"] },
  rotate: { by: "person", page: "https://docs.edenai.co" },
};
