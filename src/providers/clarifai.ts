import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const clarifai: Provider = {
  id: "clarifai",
  title: "Clarifai",
  kind: "model-api",
  website: "https://www.clarifai.com",
  docs: "https://docs.clarifai.com/control/authentication/pat",
  credentials: [
    {
      id: "clarifai-pat",
      title: "Clarifai personal access token",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/clarifai.yml",
      actsFor: "person",
      ...named(["clarifai_pat", "clarifai_api_key", "clarifai_key"], { alphabet: "hex", min: 32 }),
    },
  ],
  variables: { CLARIFAI_PAT: "value", CLARIFAI_API_KEY: "value" },
  hosts: ["api.clarifai.com"],
  packages: { python: ["clarifai", "clarifai-grpc"], npm: ["clarifai", "clarifai-nodejs"] },
  rotate: { by: "person", page: "https://clarifai.com/settings/security" },
};
