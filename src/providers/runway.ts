import { sequence } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const runway: Provider = {
  id: "runway",
  title: "Runway",
  kind: "model-api",
  website: "https://runwayml.com",
  docs: "https://docs.dev.runwayml.com",
  aliases: ["runwayml"],
  credentials: [
    {
      id: "runway-api-secret",
      title: "Runway API secret",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.runway",
      actsFor: "machine",
      ...sequence(["key_", { alphabet: "hex", min: 128 }]),
    },
  ],
  variables: { RUNWAYML_API_SECRET: "value" },
  hosts: ["api.dev.runwayml.com"],
  packages: { python: ["runwayml"], npm: ["@runwayml/sdk"] },
  rotate: { by: "person", page: "https://dev.runwayml.com" },
};
