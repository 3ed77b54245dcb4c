import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const litellm: Provider = {
  id: "litellm",
  title: "LiteLLM proxy",
  kind: "model-api",
  website: "https://www.litellm.ai",
  docs: "https://docs.litellm.ai/docs/proxy/virtual_keys",
  credentials: [
    {
      id: "litellm-virtual-key",
      title: "LiteLLM virtual key",
      severity: "high",
      cite: "https://docs.litellm.ai/docs/proxy/virtual_keys",
      actsFor: "machine",
      ...named(
        ["litellm_api_key", "litellm_key", "litellm_virtual_key", "litellm_proxy_api_key"],
        ["sk-", { alphabet: "base64url", min: 22 }],
      ),
    },
    {
      id: "litellm-master-key",
      title: "LiteLLM master key",
      severity: "critical",
      cite: "https://docs.litellm.ai/docs/proxy/config_settings",
      actsFor: "machine",
      part: "master_key",
      ...named(
        ["litellm_master_key", "litellm_salt_key"],
        ["sk-", { alphabet: "base64url", min: 16, max: 96 }],
        { minEntropy: 3 },
      ),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "master_key", secret: true },
  ],
  variables: {
    LITELLM_API_KEY: "value",
    LITELLM_PROXY_API_KEY: "value",
    LITELLM_MASTER_KEY: "master_key",
    LITELLM_SALT_KEY: "master_key",
  },
  baseUrlVariables: ["LITELLM_PROXY_API_BASE"],
  hosts: [],
  packages: { python: ["litellm"] },
  rotate: { by: "api", page: "https://docs.litellm.ai/docs/proxy/virtual_keys" },
};
