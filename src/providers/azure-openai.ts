import { BORDER, beside, either, usualVerdicts } from "./format.ts";
import type { Provider } from "./types.ts";

export const azureOpenai: Provider = {
  id: "azure-openai",
  title: "Azure OpenAI",
  kind: "model-api",
  website: "https://azure.microsoft.com/products/ai-services/openai-service",
  docs: "https://learn.microsoft.com/azure/ai-services/openai/reference",
  credentials: [
    {
      id: "azure-openai-key",
      title: "Azure OpenAI key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.azureopenai",
      actsFor: "machine",
      ...either(
        {
          formats: [
            {
              pattern: `${BORDER}[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9]{26}(?![A-Za-z0-9])`,
              literals: ["JQQJ99"],
              maxLength: 84,
            },
          ],
          hits: [[{ random: "alnum", length: 52 }, "JQQJ99", { random: "alnum", length: 26 }]],
          misses: [[{ random: "alnum", length: 51 }, "JQQJ99", { random: "alnum", length: 26 }]],
        },
        beside(["azure_openai", "azure-openai", "azureopenai"], { alphabet: "hex", min: 32 }),
      ),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "endpoint", secret: false },
  ],
  variables: {
    AZURE_OPENAI_API_KEY: "value",
    AZURE_OPENAI_KEY: "value",
    AZURE_OPENAI_ENDPOINT: "endpoint",
  },
  baseUrlVariables: ["AZURE_OPENAI_ENDPOINT"],
  hosts: ["*.openai.azure.com"],
  packages: { npm: ["@azure/openai", "@ai-sdk/azure"] },
  rotate: {
    every: "90d",
    by: "api",
    page: "https://learn.microsoft.com/azure/ai-services/rotate-keys",
  },
  verify: {
    method: "GET",
    url: "{endpoint}/openai/models?api-version=2024-10-21",
    headers: { "api-key": "{value}" },
    verdicts: usualVerdicts,
  },
};
