import { named, opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const anyscale: Provider = {
  id: "anyscale",
  title: "Anyscale",
  kind: "cloud",
  website: "https://www.anyscale.com",
  docs: "https://docs.anyscale.com",
  credentials: [
    {
      id: "anyscale-endpoints-key",
      title: "Anyscale Endpoints key",
      severity: "high",
      cite: "https://docs.litellm.ai/docs/providers/anyscale",
      actsFor: "machine",
      kind: "model-api",
      ...named(
        ["anyscale_api_key", "anyscale_endpoints_api_key"],
        ["esecret_", { alphabet: "alnum", min: 26 }],
      ),
    },
    {
      id: "anyscale-cli-token",
      title: "Anyscale platform token",
      severity: "critical",
      cite: "https://docs.anyscale.com/reference/cli/auth",
      actsFor: "person",
      ...opaque(["anyscale_cli_token"]),
    },
  ],
  variables: { ANYSCALE_API_KEY: "value", ANYSCALE_CLI_TOKEN: "value" },
  hosts: ["console.anyscale.com", "api.endpoints.anyscale.com"],
  packages: { python: ["anyscale"] },
  rotate: { by: "person", page: "https://console.anyscale.com/v2/api-keys" },
};
