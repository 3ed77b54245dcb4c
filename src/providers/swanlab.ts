import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const swanlab: Provider = {
  id: "swanlab",
  title: "SwanLab",
  kind: "experiment-tracker",
  website: "https://swanlab.cn",
  docs: "https://docs.swanlab.cn",
  credentials: [
    {
      id: "swanlab-api-key",
      title: "SwanLab API key",
      severity: "high",
      cite: "https://docs.swanlab.cn",
      actsFor: "machine",
      ...opaque(["swanlab_api_key"]),
    },
  ],
  variables: { SWANLAB_API_KEY: "value" },
  hosts: ["api.swanlab.cn"],
  packages: { python: ["swanlab"] },
  rotate: { by: "person", page: "https://swanlab.cn/settings" },
};
