import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const zai: Provider = {
  id: "zai",
  title: "Z.ai (Zhipu)",
  kind: "model-api",
  website: "https://z.ai",
  docs: "https://docs.z.ai",
  aliases: ["zhipu", "bigmodel"],
  credentials: [
    {
      id: "zai-api-key",
      title: "Z.ai API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.zhipu",
      actsFor: "machine",
      ...named(
        [
          "zai_api_key",
          "z_ai_api_key",
          "zhipuai_api_key",
          "zhipu_api_key",
          "bigmodel_api_key",
          "glm_api_key",
        ],
        [{ alphabet: "hex", min: 32 }, ".", { alphabet: "alnum", min: 16 }],
      ),
    },
  ],
  variables: { ZAI_API_KEY: "value", ZHIPUAI_API_KEY: "value", ZHIPU_API_KEY: "value" },
  hosts: ["api.z.ai", "open.bigmodel.cn"],
  packages: { python: ["zai", "zhipuai", "zai-sdk"], npm: ["zhipu-ai-provider"] },
  rotate: { by: "person", page: "https://z.ai/manage-apikey/apikey-list" },
};
