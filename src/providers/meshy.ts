import { prefixed } from "./format.ts";
import type { Provider } from "./types.ts";

export const meshy: Provider = {
  id: "meshy",
  title: "Meshy",
  kind: "model-api",
  website: "https://www.meshy.ai",
  docs: "https://docs.meshy.ai",
  credentials: [
    {
      id: "meshy-api-key",
      title: "Meshy API key",
      severity: "medium",
      cite: "https://docs.meshy.ai/en/api/authentication",
      actsFor: "machine",
      ...prefixed("msy_", { alphabet: "alnum", min: 30, max: 60 }, { minEntropy: 3 }),
    },
  ],
  variables: { MESHY_API_KEY: "value" },
  hosts: ["api.meshy.ai"],
  packages: {},
  rotate: { by: "person", page: "https://www.meshy.ai/settings/api" },
};
