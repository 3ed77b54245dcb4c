import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const roboflow: Provider = {
  id: "roboflow",
  title: "Roboflow",
  kind: "training-data",
  website: "https://roboflow.com",
  docs: "https://docs.roboflow.com/developer/authentication/find-your-roboflow-api-key",
  credentials: [
    {
      id: "roboflow-api-key",
      title: "Roboflow API key",
      severity: "high",
      cite: "https://docs.roboflow.com/developer/authentication/find-your-roboflow-api-key",
      actsFor: "machine",
      ...named(["roboflow_api_key", "roboflow_key", "roboflow_private_api_key"], {
        alphabet: "alnum",
        min: 20,
      }),
    },
    {
      id: "roboflow-publishable-key",
      title: "Roboflow publishable key",
      severity: "info",
      cite: "https://docs.roboflow.com/developer/authentication/find-your-roboflow-api-key",
      public: true,
      actsFor: "machine",
      ...named(
        ["roboflow_publishable_key", "roboflow_publishable_api_key"],
        ["rf_", { alphabet: "alnum", min: 20, max: 32 }],
      ),
    },
  ],
  variables: { ROBOFLOW_API_KEY: "value" },
  hosts: ["api.roboflow.com", "detect.roboflow.com", "serverless.roboflow.com"],
  packages: { python: ["roboflow", "inference-sdk"], npm: ["roboflow-js"] },
  rotate: { by: "person", page: "https://app.roboflow.com/settings/api" },
};
