import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const cleanlab: Provider = {
  id: "cleanlab",
  title: "Cleanlab",
  kind: "training-data",
  website: "https://cleanlab.ai",
  docs: "https://help.cleanlab.ai",
  credentials: [
    {
      id: "cleanlab-api-key",
      title: "Cleanlab API key",
      severity: "high",
      cite: "https://help.cleanlab.ai",
      actsFor: "machine",
      ...opaque(["cleanlab_api_key", "cleanlab_tlm_api_key", "cleanlab_studio_api_key"]),
    },
  ],
  variables: { CLEANLAB_API_KEY: "value", CLEANLAB_TLM_API_KEY: "value" },
  hosts: ["api.cleanlab.ai"],
  packages: { python: ["cleanlab_tlm", "cleanlab_studio", "cleanlab_codex"] },
  rotate: { by: "person", page: "https://help.cleanlab.ai" },
};
