import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const clipdrop: Provider = {
  id: "clipdrop",
  title: "Clipdrop",
  kind: "model-api",
  website: "https://clipdrop.co",
  docs: "https://clipdrop.co/apis/docs",
  credentials: [
    {
      id: "clipdrop-api-key",
      title: "Clipdrop API key",
      severity: "medium",
      cite: "https://clipdrop.co/apis/docs",
      actsFor: "machine",
      ...opaque(["clipdrop_api_key"]),
    },
  ],
  variables: { CLIPDROP_API_KEY: "value" },
  hosts: ["clipdrop-api.co"],
  packages: {},
  rotate: { by: "person", page: "https://clipdrop.co/apis/docs" },
};
