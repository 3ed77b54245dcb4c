import { either } from "./format.ts";
import { type Piece, sequence } from "./pieces.ts";
import type { Provider } from "./types.ts";

const group: Piece = { alphabet: "lower", min: 7 };
const heliconeKey = (prefix: string): ReturnType<typeof sequence> =>
  sequence([prefix, group, "-", group, "-", group, "-", group]);

export const helicone: Provider = {
  id: "helicone",
  title: "Helicone",
  kind: "observability",
  website: "https://www.helicone.ai",
  docs: "https://docs.helicone.ai/helicone-headers/helicone-auth",
  credentials: [
    {
      id: "helicone-api-key",
      title: "Helicone API key",
      severity: "high",
      cite: "https://docs.helicone.ai/helicone-headers/helicone-auth",
      actsFor: "machine",
      ...either(...["sk-helicone-", "sk-helicone-eu-", "sk-helicone-proxy-"].map(heliconeKey)),
    },
  ],
  variables: { HELICONE_API_KEY: "value" },
  hosts: ["api.helicone.ai", "oai.helicone.ai", "ai-gateway.helicone.ai"],
  packages: {
    python: ["helicone", "helicone-helpers"],
    npm: ["@helicone/helpers", "@helicone/async", "helicone"],
  },
  rotate: { by: "person", page: "https://us.helicone.ai/settings/api-keys" },
};
