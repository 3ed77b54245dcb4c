import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const argilla: Provider = {
  id: "argilla",
  title: "Argilla",
  kind: "training-data",
  website: "https://argilla.io",
  docs: "https://docs.argilla.io",
  credentials: [
    {
      id: "argilla-api-key",
      title: "Argilla API key",
      severity: "medium",
      cite: "https://docs.argilla.io",
      actsFor: "machine",
      ...opaque(["argilla_api_key"]),
    },
  ],
  variables: { ARGILLA_API_KEY: "value" },
  baseUrlVariables: ["ARGILLA_API_URL"],
  hosts: [],
  packages: { python: ["argilla"] },
  rotate: { by: "person", page: "https://docs.argilla.io" },
};
