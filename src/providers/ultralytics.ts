import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const ultralytics: Provider = {
  id: "ultralytics",
  title: "Ultralytics",
  kind: "model-api",
  website: "https://www.ultralytics.com",
  docs: "https://docs.ultralytics.com/hub/api-keys/",
  credentials: [
    {
      id: "ultralytics-api-key",
      title: "Ultralytics API key",
      severity: "medium",
      cite: "https://docs.ultralytics.com/hub/api-keys/",
      actsFor: "machine",
      ...opaque(["ultralytics_api_key", "ultralytics_hub_api_key"]),
    },
  ],
  variables: { ULTRALYTICS_API_KEY: "value" },
  hosts: ["hub.ultralytics.com"],
  packages: { python: ["hub_sdk"] },
  rotate: { by: "person", page: "https://hub.ultralytics.com/settings" },
};
