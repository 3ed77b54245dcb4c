import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const martian: Provider = {
  id: "martian",
  title: "Martian",
  kind: "model-api",
  website: "https://withmartian.com",
  docs: "https://docs.withmartian.com",
  credentials: [
    {
      id: "martian-api-key",
      title: "Martian API key",
      severity: "high",
      cite: "https://docs.withmartian.com",
      actsFor: "machine",
      ...opaque(["martian_api_key"]),
    },
  ],
  variables: { MARTIAN_API_KEY: "value" },
  hosts: ["withmartian.com"],
  packages: { python: ["martian-python"] },
  rotate: { by: "person", page: "https://docs.withmartian.com" },
};
