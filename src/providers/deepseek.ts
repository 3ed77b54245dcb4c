import { GLUE, anyCase, bearer, usualVerdicts } from "./format.ts";
import type { CredentialType, Provider } from "./types.ts";

// `sk-` and 32 hexadecimal digits: several vendors issue that, so the name has to stand beside it.
const deepseekKey: Pick<CredentialType, "formats" | "hits" | "misses" | "prefixes" | "needsContext"> = {
  needsContext: true,
  prefixes: ["sk-"],
  formats: [
    {
      pattern: `${anyCase("deepseek")}${GLUE}(sk-[0-9a-f]{32})(?![A-Za-z0-9])`,
      literals: ["deepseek"],
      maxLength: 110,
    },
  ],
  hits: [["DEEPSEEK_API_KEY=sk-", { random: "hex", length: 32 }]],
  misses: [
    ["sk-", { random: "hex", length: 32 }],
    ["DEEPSEEK_API_KEY=sk-", { random: "hex", length: 31 }],
  ],
};

export const deepseek: Provider = {
  id: "deepseek",
  title: "DeepSeek",
  kind: "model-api",
  website: "https://www.deepseek.com",
  docs: "https://api-docs.deepseek.com",
  credentials: [
    {
      id: "deepseek-api-key",
      title: "DeepSeek API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.deepseek",
      actsFor: "machine",
      ...deepseekKey,
    },
  ],
  variables: { DEEPSEEK_API_KEY: "value" },
  baseUrlVariables: ["DEEPSEEK_BASE_URL"],
  hosts: ["api.deepseek.com"],
  packages: { python: ["deepseek", "langchain_deepseek"], npm: ["@ai-sdk/deepseek", "@langchain/deepseek"] },
  rotate: { by: "person", page: "https://platform.deepseek.com/api_keys" },
  verify: { method: "GET", url: "https://api.deepseek.com/models", headers: bearer, verdicts: usualVerdicts },
};
