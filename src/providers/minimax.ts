import { opaque, sequence } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const minimax: Provider = {
  id: "minimax",
  title: "MiniMax",
  kind: "model-api",
  website: "https://www.minimax.io",
  docs: "https://platform.minimax.io/docs",
  credentials: [
    {
      id: "minimax-api-key",
      title: "MiniMax API key",
      severity: "critical",
      cite: "https://github.com/betterleaks/betterleaks",
      actsFor: "machine",
      ...sequence(["sk-api-", { alphabet: "base64url", min: 119 }]),
    },
    {
      id: "minimax-jwt",
      title: "MiniMax API key (older form)",
      severity: "critical",
      cite: "https://docs.litellm.ai/docs/providers/minimax",
      actsFor: "machine",
      ...opaque(["minimax_api_key", "minimax_key"]),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "group_id", secret: false },
  ],
  variables: { MINIMAX_API_KEY: "value", MINIMAX_GROUP_ID: "group_id" },
  hosts: ["api.minimax.io", "api.minimaxi.com"],
  packages: {},
  rotate: { by: "person", page: "https://platform.minimax.io/user-center/basic-information/interface-key" },
};
