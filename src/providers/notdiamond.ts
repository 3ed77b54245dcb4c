import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const notdiamond: Provider = {
  id: "notdiamond",
  title: "Not Diamond",
  kind: "model-api",
  website: "https://www.notdiamond.ai",
  docs: "https://docs.notdiamond.ai",
  credentials: [
    {
      id: "notdiamond-api-key",
      title: "Not Diamond API key",
      severity: "medium",
      cite: "https://docs.notdiamond.ai",
      actsFor: "machine",
      ...opaque(["notdiamond_api_key"]),
    },
  ],
  variables: { NOTDIAMOND_API_KEY: "value" },
  hosts: ["api.notdiamond.ai"],
  packages: { python: ["notdiamond"], npm: ["notdiamond"] },
  rotate: { by: "person", page: "https://app.notdiamond.ai/keys" },
};
