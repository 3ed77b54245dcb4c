import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const truefoundry: Provider = {
  id: "truefoundry",
  title: "TrueFoundry",
  kind: "model-api",
  website: "https://www.truefoundry.com",
  docs: "https://docs.truefoundry.com",
  credentials: [
    {
      id: "truefoundry-api-key",
      title: "TrueFoundry API key",
      severity: "high",
      cite: "https://docs.truefoundry.com",
      actsFor: "machine",
      ...opaque(["tfy_api_key", "truefoundry_api_key"]),
    },
  ],
  variables: { TFY_API_KEY: "value" },
  hosts: [],
  packages: { python: ["truefoundry"], npm: ["truefoundry-sdk"] },
  rotate: { by: "person", page: "https://docs.truefoundry.com" },
};
