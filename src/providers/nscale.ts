import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const nscale: Provider = {
  id: "nscale",
  title: "Nscale",
  kind: "model-api",
  website: "https://www.nscale.com",
  docs: "https://docs.nscale.com",
  credentials: [
    {
      id: "nscale-token",
      title: "Nscale service token",
      severity: "high",
      cite: "https://docs.litellm.ai/docs/providers/nscale",
      actsFor: "machine",
      ...opaque(["nscale_api_key", "nscale_service_token"]),
    },
  ],
  variables: { NSCALE_API_KEY: "value", NSCALE_SERVICE_TOKEN: "value" },
  hosts: ["inference.api.nscale.com"],
  packages: {},
  rotate: { by: "person", page: "https://docs.nscale.com" },
};
