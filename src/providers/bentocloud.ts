import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const bentocloud: Provider = {
  id: "bentocloud",
  title: "BentoCloud",
  kind: "cloud",
  website: "https://www.bentoml.com",
  docs: "https://docs.bentoml.com/en/latest/scale-with-bentocloud/manage-api-tokens.html",
  aliases: ["bentoml"],
  credentials: [
    {
      id: "bentocloud-token",
      title: "BentoCloud API token",
      severity: "high",
      cite: "https://docs.bentoml.com/en/latest/scale-with-bentocloud/manage-api-tokens.html",
      actsFor: "machine",
      ...opaque(["bento_cloud_api_key", "bentocloud_api_key", "bento_cloud_api_token"]),
    },
  ],
  variables: { BENTO_CLOUD_API_KEY: "value" },
  hosts: ["*.cloud.bentoml.com"],
  packages: { python: ["bentoml"] },
  rotate: {
    by: "person",
    page: "https://docs.bentoml.com/en/latest/scale-with-bentocloud/manage-api-tokens.html",
  },
};
