import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const mathpix: Provider = {
  id: "mathpix",
  title: "Mathpix",
  kind: "model-api",
  website: "https://mathpix.com",
  docs: "https://docs.mathpix.com",
  credentials: [
    {
      id: "mathpix-app-key",
      title: "Mathpix app key",
      severity: "medium",
      cite: "https://docs.mathpix.com",
      actsFor: "machine",
      ...opaque(["mathpix_app_key", "mathpix_api_key"]),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "app_id", secret: false },
  ],
  variables: { MATHPIX_APP_KEY: "value", MATHPIX_API_KEY: "value", MATHPIX_APP_ID: "app_id" },
  hosts: ["api.mathpix.com"],
  packages: { python: ["mpxpy"] },
  rotate: { by: "person", page: "https://console.mathpix.com" },
};
