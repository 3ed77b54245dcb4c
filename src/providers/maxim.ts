import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const maxim: Provider = {
  id: "maxim",
  title: "Maxim",
  kind: "observability",
  website: "https://www.getmaxim.ai",
  docs: "https://www.getmaxim.ai/docs",
  credentials: [
    {
      id: "maxim-api-key",
      title: "Maxim API key",
      severity: "high",
      cite: "https://www.getmaxim.ai/docs",
      actsFor: "machine",
      ...opaque(["maxim_api_key"]),
    },
  ],
  variables: { MAXIM_API_KEY: "value" },
  hosts: ["api.getmaxim.ai"],
  packages: { python: ["maxim-py"], npm: ["@maximai/maxim-js"] },
  rotate: { by: "person", page: "https://www.getmaxim.ai/docs" },
};
