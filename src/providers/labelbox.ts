import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const labelbox: Provider = {
  id: "labelbox",
  title: "Labelbox",
  kind: "training-data",
  website: "https://labelbox.com",
  docs: "https://docs.labelbox.com/reference/create-api-key",
  credentials: [
    {
      id: "labelbox-api-key",
      title: "Labelbox API key",
      severity: "high",
      cite: "https://docs.labelbox.com/reference/create-api-key",
      actsFor: "person",
      ...opaque(["labelbox_api_key", "lb_api_key"]),
    },
  ],
  variables: { LABELBOX_API_KEY: "value" },
  hosts: ["api.labelbox.com"],
  packages: { python: ["labelbox"] },
  rotate: { by: "person", page: "https://app.labelbox.com/workspace-settings/api-keys" },
};
