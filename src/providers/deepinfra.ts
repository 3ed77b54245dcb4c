import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const deepinfra: Provider = {
  id: "deepinfra",
  title: "DeepInfra",
  kind: "model-api",
  website: "https://deepinfra.com",
  docs: "https://deepinfra.com/docs",
  credentials: [
    {
      id: "deepinfra-api-key",
      title: "DeepInfra API key",
      severity: "critical",
      cite: "https://docs.litellm.ai/docs/providers/deepinfra",
      actsFor: "machine",
      ...opaque(["deepinfra_api_key", "deepinfra_token", "deepinfra_api_token"]),
    },
  ],
  variables: { DEEPINFRA_API_KEY: "value", DEEPINFRA_TOKEN: "value", DEEPINFRA_API_TOKEN: "value" },
  hosts: ["api.deepinfra.com"],
  packages: { npm: ["@ai-sdk/deepinfra"] },
  rotate: { by: "person", page: "https://deepinfra.com/dash/api_keys" },
};
