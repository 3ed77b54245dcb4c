import { UUID, sequence } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const luma: Provider = {
  id: "luma",
  title: "Luma AI",
  kind: "model-api",
  website: "https://lumalabs.ai",
  docs: "https://docs.lumalabs.ai",
  aliases: ["lumaai"],
  credentials: [
    {
      id: "luma-api-key",
      title: "Luma AI API key",
      severity: "high",
      cite: "https://docs.lumalabs.ai/docs/welcome",
      actsFor: "machine",
      ...sequence(["luma-", ...UUID, "-", ...UUID]),
    },
  ],
  variables: { LUMAAI_API_KEY: "value", LUMA_API_KEY: "value" },
  hosts: ["api.lumalabs.ai"],
  packages: { python: ["lumaai"], npm: ["lumaai", "@ai-sdk/luma"] },
  rotate: { by: "person", page: "https://lumalabs.ai/dream-machine/api/keys" },
};
