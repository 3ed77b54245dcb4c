import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const speechify: Provider = {
  id: "speechify",
  title: "Speechify",
  kind: "model-api",
  website: "https://speechify.com",
  docs: "https://docs.sws.speechify.com",
  credentials: [
    {
      id: "speechify-api-key",
      title: "Speechify API key",
      severity: "medium",
      cite: "https://docs.sws.speechify.com",
      actsFor: "machine",
      ...opaque(["speechify_api_key"]),
    },
  ],
  variables: { SPEECHIFY_API_KEY: "value" },
  hosts: ["api.sws.speechify.com"],
  packages: { python: ["speechify-api"], npm: ["@speechify/api"] },
  rotate: { by: "person", page: "https://docs.sws.speechify.com" },
};
