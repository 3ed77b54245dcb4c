import { named } from "./layout.ts";
import { trufflehog } from "./sources.ts";
import type { Provider } from "./types.ts";

export const infura: Provider = {
  id: "infura",
  title: "Infura",
  kind: "generic",
  website: "https://www.infura.io",
  docs: "https://docs.metamask.io/services/how-to/use-api-key/",
  credentials: [
    {
      id: "infura-api-key",
      title: "Infura API key",
      severity: "medium",
      actsFor: "machine",
      cite: trufflehog("2619e48a3184d7efaae64543e1739f54c9ffe9a7/pkg/detectors/infura/infura.go"),
      ...named(["infura_api_key", "infura_key", "infura_project_id", "infura_token"], "{hex 32}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "api_secret", secret: true },
  ],
  variables: {
    INFURA_API_KEY: "value",
    INFURA_KEY: "value",
    INFURA_PROJECT_ID: "value",
    INFURA_API_KEY_SECRET: "api_secret",
    INFURA_PROJECT_SECRET: "api_secret",
  },
  hosts: ["*.infura.io"],
  packages: {},
  rotate: { by: "person", page: "https://developer.metamask.io/" },
};
