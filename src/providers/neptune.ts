import { prefixed } from "./format.ts";
import type { Provider } from "./types.ts";

export const neptune: Provider = {
  id: "neptune",
  title: "Neptune",
  kind: "experiment-tracker",
  website: "https://neptune.ai",
  docs: "https://docs.neptune.ai/setup/setting_api_token/",
  credentials: [
    {
      id: "neptune-api-token",
      title: "Neptune API token",
      severity: "critical",
      cite: "https://docs.neptune.ai/setup/setting_api_token/",
      actsFor: "person",
      ...prefixed("eyJhcGlfYWRkcmVzcyI6", { alphabet: "base64", min: 60, max: 400 }),
    },
  ],
  variables: { NEPTUNE_API_TOKEN: "value" },
  hosts: ["app.neptune.ai"],
  packages: { python: ["neptune", "neptune_scale"], npm: [] },
  rotate: { by: "person", page: "https://docs.neptune.ai/setup/setting_api_token/" },
};
