import { prefixed } from "./format.ts";
import type { Provider } from "./types.ts";

export const saladcloud: Provider = {
  id: "saladcloud",
  title: "SaladCloud",
  kind: "cloud",
  website: "https://salad.com",
  docs: "https://docs.salad.com",
  credentials: [
    {
      id: "saladcloud-api-key",
      title: "SaladCloud API key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/saladcloud.yml",
      actsFor: "person",
      ...prefixed("salad_cloud_user_", { alphabet: "alnum", min: 49 }),
    },
  ],
  variables: { SALAD_API_KEY: "value", SALAD_CLOUD_API_KEY: "value" },
  hosts: ["api.salad.com"],
  packages: { python: ["salad_cloud_sdk"], npm: ["@saladtechnologies-oss/salad-cloud-sdk"] },
  rotate: { by: "person", page: "https://portal.salad.com/api-key" },
};
