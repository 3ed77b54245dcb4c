import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const alephAlpha: Provider = {
  id: "aleph-alpha",
  title: "Aleph Alpha",
  kind: "model-api",
  website: "https://aleph-alpha.com",
  docs: "https://docs.aleph-alpha.com",
  credentials: [
    {
      id: "aleph-alpha-api-key",
      title: "Aleph Alpha API key",
      severity: "critical",
      cite: "https://docs.litellm.ai/docs/providers/aleph_alpha",
      actsFor: "machine",
      ...opaque(["aleph_alpha_api_key", "aa_token"]),
    },
  ],
  variables: { ALEPH_ALPHA_API_KEY: "value", AA_TOKEN: "value" },
  hosts: ["api.aleph-alpha.com"],
  packages: { python: ["aleph_alpha_client"] },
  rotate: { by: "person", page: "https://docs.aleph-alpha.com" },
};
