import { prefixed } from "./format.ts";
import type { Provider } from "./types.ts";

export const letta: Provider = {
  id: "letta",
  title: "Letta",
  kind: "model-api",
  website: "https://www.letta.com",
  docs: "https://docs.letta.com",
  aliases: ["memgpt"],
  credentials: [
    {
      id: "letta-api-key",
      title: "Letta API key",
      severity: "high",
      cite: "https://docs.letta.com/guides/cloud/overview",
      actsFor: "machine",
      ...prefixed("sk-let-", { alphabet: "base64", min: 90, max: 140 }),
    },
  ],
  variables: { LETTA_API_KEY: "value" },
  hosts: ["api.letta.com"],
  packages: { python: ["letta", "letta_client"], npm: ["@letta-ai/letta-client"] },
  rotate: { by: "person", page: "https://app.letta.com/api-keys" },
};
