import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const parasail: Provider = {
  id: "parasail",
  title: "Parasail",
  kind: "model-api",
  website: "https://www.parasail.io",
  docs: "https://docs.parasail.io",
  credentials: [
    {
      id: "parasail-api-key",
      title: "Parasail API key",
      severity: "high",
      cite: "https://docs.parasail.io",
      actsFor: "machine",
      ...named(
        ["parasail_api_key"],
        ["psk-", { alphabet: "alnum", min: 12 }, "-", { alphabet: "alnum", min: 20 }],
      ),
    },
  ],
  variables: { PARASAIL_API_KEY: "value" },
  hosts: ["api.parasail.io"],
  packages: {},
  rotate: { by: "person", page: "https://docs.parasail.io" },
};
