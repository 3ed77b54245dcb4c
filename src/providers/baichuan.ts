import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const baichuan: Provider = {
  id: "baichuan",
  title: "Baichuan",
  kind: "model-api",
  website: "https://www.baichuan-ai.com",
  docs: "https://platform.baichuan-ai.com/docs/api",
  credentials: [
    {
      id: "baichuan-api-key",
      title: "Baichuan API key",
      severity: "high",
      cite: "https://platform.baichuan-ai.com/docs/api",
      actsFor: "machine",
      ...opaque(["baichuan_api_key"]),
    },
  ],
  variables: { BAICHUAN_API_KEY: "value" },
  hosts: ["api.baichuan-ai.com"],
  packages: {},
  rotate: { by: "person", page: "https://platform.baichuan-ai.com/docs/api" },
};
