import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const okareo: Provider = {
  id: "okareo",
  title: "Okareo",
  kind: "observability",
  website: "https://okareo.com",
  docs: "https://docs.okareo.com",
  credentials: [
    {
      id: "okareo-api-key",
      title: "Okareo API key",
      severity: "medium",
      cite: "https://docs.okareo.com",
      actsFor: "machine",
      ...opaque(["okareo_api_key"]),
    },
  ],
  variables: { OKAREO_API_KEY: "value" },
  hosts: ["api.okareo.com"],
  packages: { python: ["okareo"], npm: ["okareo-ts-sdk"] },
  rotate: { by: "person", page: "https://docs.okareo.com" },
};
