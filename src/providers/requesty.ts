import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const requesty: Provider = {
  id: "requesty",
  title: "Requesty",
  kind: "model-api",
  website: "https://www.requesty.ai",
  docs: "https://docs.requesty.ai",
  credentials: [
    {
      id: "requesty-api-key",
      title: "Requesty API key",
      severity: "high",
      cite: "https://docs.requesty.ai",
      actsFor: "machine",
      ...opaque(["requesty_api_key"]),
    },
  ],
  variables: { REQUESTY_API_KEY: "value" },
  hosts: ["router.requesty.ai"],
  packages: { npm: ["@requesty/ai-sdk"] },
  rotate: { by: "person", page: "https://app.requesty.ai/api-keys" },
};
