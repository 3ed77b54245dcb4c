import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const synthesia: Provider = {
  id: "synthesia",
  title: "Synthesia",
  kind: "model-api",
  website: "https://www.synthesia.io",
  docs: "https://docs.synthesia.io",
  credentials: [
    {
      id: "synthesia-api-key",
      title: "Synthesia API key",
      severity: "medium",
      cite: "https://docs.synthesia.io/reference/introduction",
      actsFor: "machine",
      ...opaque(["synthesia_api_key"]),
    },
  ],
  variables: { SYNTHESIA_API_KEY: "value" },
  hosts: ["api.synthesia.io"],
  packages: {},
  rotate: { by: "person", page: "https://docs.synthesia.io" },
};
