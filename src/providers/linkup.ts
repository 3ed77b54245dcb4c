import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const linkup: Provider = {
  id: "linkup",
  title: "Linkup",
  kind: "generic",
  website: "https://www.linkup.so",
  docs: "https://docs.linkup.so",
  credentials: [
    {
      id: "linkup-api-key",
      title: "Linkup API key",
      severity: "medium",
      cite: "https://docs.linkup.so/pages/documentation/get-started/introduction",
      actsFor: "machine",
      ...opaque(["linkup_api_key"]),
    },
  ],
  variables: { LINKUP_API_KEY: "value" },
  hosts: ["api.linkup.so"],
  packages: { python: ["linkup", "linkup-sdk"], npm: ["linkup-sdk"] },
  rotate: { by: "person", page: "https://app.linkup.so/api-keys" },
};
