import { sequence } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const pangea: Provider = {
  id: "pangea",
  title: "Pangea",
  kind: "observability",
  website: "https://pangea.cloud",
  docs: "https://pangea.cloud/docs",
  credentials: [
    {
      id: "pangea-token",
      title: "Pangea service token",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.pangea",
      actsFor: "machine",
      ...sequence(["pts_", { alphabet: "lower", min: 30, max: 36 }]),
    },
  ],
  variables: { PANGEA_TOKEN: "value" },
  hosts: ["*.aws.us.pangea.cloud"],
  packages: { python: ["pangea-sdk"], npm: ["pangea-node-sdk"] },
  rotate: { by: "person", page: "https://console.pangea.cloud" },
};
