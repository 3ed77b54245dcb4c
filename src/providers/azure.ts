import { BORDER, GLUE, anyCase } from "./format.ts";
import type { Provider } from "./types.ts";

export const azure: Provider = {
  id: "azure",
  title: "Microsoft Azure",
  kind: "cloud",
  website: "https://azure.microsoft.com",
  docs: "https://learn.microsoft.com/entra/identity-platform/app-objects-and-service-principals",
  credentials: [
    {
      id: "azure-storage-key",
      title: "Azure storage account key",
      severity: "critical",
      kind: "object-store",
      part: "storage_key",
      actsFor: "machine",
      cite: "https://learn.microsoft.com/azure/storage/common/storage-account-keys-manage",
      needsContext: true,
      formats: [
        {
          pattern: `(?:${anyCase("accountkey")}|${anyCase("storage_key")}|${anyCase("account_key")})${GLUE}([A-Za-z0-9+/]{86}==)(?![A-Za-z0-9+/=])`,
          literals: ["accountkey", "storage_key", "account_key"],
          maxLength: 165,
        },
      ],
      hits: [
        [
          "DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=",
          { random: "base64", length: 86 },
          "==;",
        ],
        ["AZURE_STORAGE_KEY=", { random: "base64", length: 86 }, "=="],
      ],
      misses: [
        [{ random: "base64", length: 86 }, "=="],
        ["AccountKey=", { random: "base64", length: 80 }, "=="],
      ],
    },
    {
      id: "azure-client-secret",
      title: "Microsoft Entra client secret",
      severity: "critical",
      part: "client_secret",
      actsFor: "machine",
      formats: [
        {
          pattern: `${BORDER}[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.\\-]{31,34}(?![A-Za-z0-9_~\\-])`,
          literals: ["0Q~", "1Q~", "2Q~", "3Q~", "4Q~", "5Q~", "6Q~", "7Q~", "8Q~", "9Q~"],
          maxLength: 40,
        },
      ],
      hits: [[{ random: "alnum", length: 3 }, "8Q~", { random: "alnum", length: 34 }]],
      misses: [
        [{ random: "alnum", length: 3 }, "8Q~", { random: "alnum", length: 30 }],
        [{ random: "alnum", length: 3 }, "8Q~", { random: "alnum", length: 35 }],
      ],
    },
  ],
  parts: [
    { name: "client_secret", secret: true },
    { name: "storage_key", secret: true },
    { name: "connection_string", secret: true },
    { name: "client_id", secret: false },
    { name: "tenant_id", secret: false },
    { name: "storage_account", secret: false },
  ],
  variables: {
    AZURE_CLIENT_SECRET: "client_secret",
    AZURE_CLIENT_ID: "client_id",
    AZURE_TENANT_ID: "tenant_id",
    AZURE_STORAGE_KEY: "storage_key",
    AZURE_STORAGE_ACCOUNT_KEY: "storage_key",
    AZURE_STORAGE_ACCOUNT: "storage_account",
    AZURE_STORAGE_CONNECTION_STRING: "connection_string",
  },
  hosts: ["login.microsoftonline.com", "management.azure.com", "*.blob.core.windows.net"],
  packages: {
    python: ["azure", "azure-identity", "azure-storage-blob", "azure-ai-ml", "adlfs"],
    npm: ["@azure/identity", "@azure/storage-blob"],
  },
  rotate: { every: "90d", by: "api", page: "https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps" },
  ciActions: ["azure/login"],
};
