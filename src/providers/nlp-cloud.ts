import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const nlpCloud: Provider = {
  id: "nlp-cloud",
  title: "NLP Cloud",
  kind: "model-api",
  website: "https://nlpcloud.com",
  docs: "https://docs.nlpcloud.com",
  aliases: ["nlpcloud"],
  credentials: [
    {
      id: "nlp-cloud-token",
      title: "NLP Cloud token",
      severity: "high",
      cite: "https://docs.litellm.ai/docs/providers/nlp_cloud",
      actsFor: "machine",
      ...opaque(["nlp_cloud_api_key", "nlpcloud_api_key", "nlpcloud_token"]),
    },
  ],
  variables: { NLP_CLOUD_API_KEY: "value", NLPCLOUD_API_KEY: "value" },
  hosts: ["api.nlpcloud.io"],
  packages: { python: ["nlpcloud"], npm: ["nlpcloud"] },
  rotate: { by: "person", page: "https://docs.nlpcloud.com" },
};
