import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const laminar: Provider = {
  id: "laminar",
  title: "Laminar",
  kind: "observability",
  website: "https://laminar.sh",
  docs: "https://docs.laminar.sh",
  aliases: ["lmnr"],
  credentials: [
    {
      id: "laminar-project-key",
      title: "Laminar project API key",
      severity: "high",
      cite: "https://docs.laminar.sh",
      actsFor: "machine",
      ...opaque(["lmnr_project_api_key", "laminar_project_api_key", "laminar_api_key"]),
    },
  ],
  variables: { LMNR_PROJECT_API_KEY: "value" },
  hosts: ["api.lmnr.ai"],
  packages: { python: ["lmnr"], npm: ["@lmnr-ai/lmnr"] },
  rotate: { by: "person", page: "https://docs.laminar.sh" },
};
