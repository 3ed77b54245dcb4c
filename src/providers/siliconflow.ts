import { bearer, usualVerdicts } from "./format.ts";
import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const siliconflow: Provider = {
  id: "siliconflow",
  title: "SiliconFlow",
  kind: "model-api",
  website: "https://siliconflow.com",
  docs: "https://docs.siliconflow.com",
  credentials: [
    {
      id: "siliconflow-api-key",
      title: "SiliconFlow API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.siliconflow",
      actsFor: "machine",
      ...named(
        ["siliconflow_api_key", "siliconflow_api_token", "siliconflow_token", "siliconflow_key"],
        ["sk-", { alphabet: "alnum", min: 48 }],
      ),
    },
  ],
  variables: { SILICONFLOW_API_KEY: "value" },
  hosts: ["api.siliconflow.com", "api.siliconflow.cn"],
  packages: { npm: ["@siliconflow/ai-sdk-provider"] },
  rotate: { by: "person", page: "https://cloud.siliconflow.com/account/ak" },
  verify: {
    method: "GET",
    url: "https://api.siliconflow.com/v1/user/info",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
