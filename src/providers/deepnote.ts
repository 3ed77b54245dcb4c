import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const deepnote: Provider = {
  id: "deepnote",
  title: "Deepnote",
  kind: "training-data",
  website: "https://deepnote.com",
  docs: "https://deepnote.com/docs/deepnote-api",
  credentials: [
    {
      id: "deepnote-api-key",
      title: "Deepnote API key",
      severity: "high",
      cite: "https://deepnote.com/docs/deepnote-api",
      actsFor: "machine",
      ...opaque(["deepnote_api_key", "deepnote_token"]),
    },
  ],
  variables: { DEEPNOTE_API_KEY: "value", DEEPNOTE_TOKEN: "value" },
  hosts: ["api.deepnote.com"],
  packages: { python: ["deepnote-toolkit"] },
  rotate: { by: "person", page: "https://deepnote.com/docs/deepnote-api" },
};
