import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const paperspace: Provider = {
  id: "paperspace",
  title: "Paperspace",
  kind: "cloud",
  website: "https://www.paperspace.com",
  docs: "https://docs.digitalocean.com/products/paperspace/accounts-and-teams/api-keys/",
  credentials: [
    {
      id: "paperspace-api-key",
      title: "Paperspace API key",
      severity: "critical",
      cite: "https://docs.digitalocean.com/products/paperspace/accounts-and-teams/api-keys/",
      actsFor: "machine",
      ...opaque(["paperspace_api_key"]),
    },
  ],
  variables: { PAPERSPACE_API_KEY: "value" },
  hosts: ["api.paperspace.com", "api.paperspace.io"],
  packages: { python: ["gradient", "paperspace"], npm: ["@paperspace/sdk", "paperspace-node"] },
  rotate: { by: "person", page: "https://console.paperspace.com/account/api" },
};
