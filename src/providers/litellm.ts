import { bearer, usualVerdicts } from "./format.ts";
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
  rotate: {
    by: "api",
    page: "https://docs.litellm.ai/docs/proxy/virtual_keys",
    calls: [
      {
        title: "virtual key",
        base: "{minter.url}",
        headers: { Authorization: "Bearer {minter.value}" },
        needs: { url: "the proxy's address, where `rotate: { url: … }` does not say it" },
        mint: {
          method: "POST",
          path: "/key/generate",
          body: { key_alias: "{name}" },
          parts: { value: "key" },
          id: "token",
        },
        like: {
          method: "GET",
          path: "/key/info?key={old_id}",
          copy: {
            models: "info.models",
            team_id: "info.team_id",
            user_id: "info.user_id",
            max_budget: "info.max_budget",
            budget_duration: "info.budget_duration",
            tpm_limit: "info.tpm_limit",
            rpm_limit: "info.rpm_limit",
            metadata: "info.metadata",
          },
        },
        revoke: { method: "POST", path: "/key/delete", body: { keys: ["{id}"] } },
        list: {
          method: "GET",
          path: "/key/list?return_full_object=true&size=100",
          items: "keys",
          id: "token",
          name: "key_alias",
        },
        handle: { part: "value", digest: "sha256" },
        verify: { method: "GET", url: "{url}/key/info", headers: bearer, verdicts: usualVerdicts },
        cite: "https://docs.litellm.ai/docs/proxy/virtual_keys",
      },
    ],
  },
};
