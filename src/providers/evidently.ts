import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const evidently: Provider = {
  id: "evidently",
  title: "Evidently",
  kind: "observability",
  website: "https://www.evidentlyai.com",
  docs: "https://docs.evidentlyai.com",
  credentials: [
    {
      id: "evidently-api-key",
      title: "Evidently Cloud API key",
      severity: "medium",
      cite: "https://docs.evidentlyai.com/docs/setup/cloud",
      actsFor: "machine",
      ...opaque(["evidently_api_key"]),
    },
  ],
  variables: { EVIDENTLY_API_KEY: "value" },
  hosts: ["app.evidently.cloud"],
  packages: { python: ["evidently"] },
  rotate: { by: "person", page: "https://app.evidently.cloud/token" },
};
