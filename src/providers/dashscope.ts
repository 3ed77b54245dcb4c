import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const dashscope: Provider = {
  id: "dashscope",
  title: "Alibaba DashScope (Qwen)",
  kind: "model-api",
  website: "https://www.alibabacloud.com/product/modelstudio",
  docs: "https://www.alibabacloud.com/help/en/model-studio/get-api-key",
  aliases: ["qwen"],
  credentials: [
    {
      id: "dashscope-api-key",
      title: "DashScope API key",
      severity: "critical",
      cite: "https://docs.litellm.ai/docs/providers/dashscope",
      actsFor: "machine",
      ...named(
        ["dashscope_api_key", "qwen_api_key", "tongyi_api_key"],
        ["sk-", { alphabet: "hex", min: 32 }],
      ),
    },
  ],
  variables: { DASHSCOPE_API_KEY: "value", QWEN_API_KEY: "value" },
  hosts: ["dashscope.aliyuncs.com", "dashscope-intl.aliyuncs.com"],
  packages: { python: ["dashscope"], npm: ["qwen-ai-provider"] },
  rotate: { by: "person", page: "https://bailian.console.alibabacloud.com" },
};
