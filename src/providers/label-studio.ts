import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const labelStudio: Provider = {
  id: "label-studio",
  title: "Label Studio",
  kind: "training-data",
  website: "https://labelstud.io",
  docs: "https://labelstud.io/guide/access_tokens",
  aliases: ["heartex", "humansignal"],
  credentials: [
    {
      id: "label-studio-token",
      title: "Label Studio access token",
      severity: "high",
      cite: "https://labelstud.io/guide/access_tokens",
      actsFor: "person",
      ...opaque([
        "label_studio_api_key",
        "label_studio_api_token",
        "label_studio_token",
        "label_studio_user_token",
        "labelstudio_api_key",
      ]),
    },
  ],
  variables: { LABEL_STUDIO_API_KEY: "value", LABEL_STUDIO_USER_TOKEN: "value" },
  baseUrlVariables: ["LABEL_STUDIO_URL"],
  hosts: ["app.humansignal.com"],
  packages: { python: ["label_studio_sdk", "label_studio"] },
  rotate: { by: "person", page: "https://labelstud.io/guide/access_tokens" },
};
