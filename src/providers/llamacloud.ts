import { prefixed } from "./format.ts";
import type { Provider } from "./types.ts";

export const llamacloud: Provider = {
  id: "llamacloud",
  title: "LlamaCloud",
  kind: "model-api",
  website: "https://www.llamaindex.ai",
  docs: "https://docs.cloud.llamaindex.ai",
  aliases: ["llama-cloud", "llamaindex"],
  credentials: [
    {
      id: "llamacloud-api-key",
      title: "LlamaCloud API key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.llamacloud",
      actsFor: "machine",
      ...prefixed("llx-", { alphabet: "alnum", min: 48 }),
    },
  ],
  variables: { LLAMA_CLOUD_API_KEY: "value" },
  hosts: ["api.cloud.llamaindex.ai"],
  packages: { python: ["llama_parse", "llama_cloud", "llama_cloud_services"], npm: ["llama-cloud-services"] },
  rotate: { by: "person", page: "https://cloud.llamaindex.ai" },
};
