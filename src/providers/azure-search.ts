import { sequence } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const azureSearch: Provider = {
  id: "azure-search",
  title: "Azure AI Search",
  kind: "vector-database",
  website: "https://azure.microsoft.com/products/ai-services/ai-search",
  docs: "https://learn.microsoft.com/azure/search/search-security-api-keys",
  credentials: [
    {
      id: "azure-search-api-key",
      title: "Azure AI Search API key",
      severity: "critical",
      cite: "https://github.com/microsoft/security-utilities",
      actsFor: "machine",
      ...sequence([{ alphabet: "alnum", min: 42 }, "AzSe", { alphabet: "alnum", min: 6 }], {
        literal: "AzSe",
      }),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "endpoint", secret: false },
  ],
  variables: {
    AZURE_SEARCH_KEY: "value",
    AZURE_SEARCH_API_KEY: "value",
    AZURE_SEARCH_ADMIN_KEY: "value",
    AZURE_AI_SEARCH_API_KEY: "value",
    AZURE_SEARCH_ENDPOINT: "endpoint",
  },
  hosts: ["*.search.windows.net"],
  packages: {
    python: ["azure-search-documents", "azure.search.documents"],
    npm: ["@azure/search-documents"],
  },
  rotate: { by: "api", page: "https://learn.microsoft.com/azure/search/search-security-api-keys" },
};
