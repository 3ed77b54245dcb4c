import { BORDER, GLUE, anyCase } from "./format.ts";
import { layout, named } from "./layout.ts";
import { betterleaks, kingfisher, trufflehog } from "./sources.ts";
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
      cite: betterleaks(1025),
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
    {
      id: "azure-devops-token",
      title: "Azure DevOps personal access token",
      severity: "critical",
      kind: "source-control",
      part: "devops_token",
      actsFor: "person",
      cite: "https://learn.microsoft.com/azure/devops/release-notes/2024/general/sprint-241-update",
      ...layout("{alnum 76}AZDO{alnum 4}"),
    },
    {
      id: "azure-devops-legacy-token",
      title: "Azure DevOps personal access token of the older form",
      severity: "critical",
      kind: "source-control",
      part: "devops_token",
      actsFor: "person",
      cite: kingfisher(
        "701508d529c638e6e9374d47f08e7e53004ddcf6/crates/kingfisher-rules/data/rules/azure.yml",
      ),
      ...named(
        ["azure_devops_ext_pat", "azure_devops_pat", "azure_devops_token", "ado_pat", "vsts_pat"],
        "{base32 52}",
      ),
    },
    {
      id: "azure-container-registry-password",
      title: "Azure Container Registry password",
      severity: "critical",
      kind: "package-registry",
      part: "registry_password",
      actsFor: "machine",
      cite: kingfisher(
        "701508d529c638e6e9374d47f08e7e53004ddcf6/crates/kingfisher-rules/data/rules/azure.yml",
      ),
      ...layout("{base64 42}+ACR{caps 6}"),
    },
    {
      id: "azure-service-bus-key",
      title: "Azure Service Bus, Event Hubs or IoT Hub shared access key",
      severity: "critical",
      part: "shared_access_key",
      actsFor: "machine",
      cite: betterleaks(1109),
      ...named(["sharedaccesskey", "shared_access_key"], ["{base64 43}=", "{base64 86}=="]),
    },
    {
      id: "azure-app-configuration",
      title: "Azure App Configuration connection string",
      severity: "critical",
      part: "connection_string",
      actsFor: "machine",
      cite: betterleaks(1063),
      formats: [
        {
          pattern:
            "Endpoint=https://[a-z0-9-]{3,50}\\.azconfig\\.io;Id=[^;\\s'\"]{4,80};Secret=([A-Za-z0-9+/]{36,100}={0,2})(?![A-Za-z0-9+/=])",
          literals: [".azconfig.io"],
          maxLength: 290,
          before: 80,
        },
      ],
      hits: [
        [
          "Endpoint=https://acme.azconfig.io;Id=",
          { random: "alnum", length: 4 },
          "-l0-s0:",
          { random: "base64", length: 20 },
          ";Secret=",
          { random: "base64", length: 43 },
          "=",
        ],
      ],
      misses: [["Endpoint=https://acme.azconfig.io;Id=x;Secret=", { random: "base64", length: 20 }]],
    },
    {
      id: "azure-cosmos-key",
      title: "Azure Cosmos DB account key",
      severity: "critical",
      kind: "database",
      part: "cosmos_key",
      actsFor: "machine",
      cite: kingfisher(
        "f2a45c9e1c709008558765c88acfd3f8c0cb3245/crates/kingfisher-rules/data/rules/azurecosmosdb.yml",
      ),
      ...named(
        [
          "cosmos_key",
          "cosmosdb_key",
          "cosmos_db_key",
          "cosmos_account_key",
          "azure_cosmosdb_key",
          "azure_cosmos_key",
          "documentdbauthkey",
        ],
        "{base64 86}==",
      ),
    },
    {
      id: "azure-function-key",
      title: "Azure Functions key",
      severity: "high",
      part: "function_key",
      actsFor: "machine",
      cite: kingfisher(
        "f2a45c9e1c709008558765c88acfd3f8c0cb3245/crates/kingfisher-rules/data/rules/azurefunctionkey.yml",
      ),
      formats: [
        {
          pattern:
            "\\.azurewebsites\\.net/api/[A-Za-z0-9_\\-/]{1,80}\\?code=([A-Za-z0-9_\\-+/%]{40,100}={0,2})(?![A-Za-z0-9_\\-+/=])",
          literals: [".azurewebsites.net/api/"],
          maxLength: 220,
          before: 0,
        },
        {
          pattern: `${anyCase("x-functions-key")}${GLUE}([A-Za-z0-9_\\-+/]{40,100}={0,2})(?![A-Za-z0-9_\\-+/=])`,
          literals: ["x-functions-key"],
          maxLength: 180,
          before: 0,
        },
      ],
      hits: [
        ["https://acme.azurewebsites.net/api/train?code=", { random: "base64url", length: 54 }, "=="],
        ["x-functions-key: ", { random: "base64url", length: 54 }, "=="],
      ],
      misses: [["https://acme.azurewebsites.net/api/train?code=", { random: "base64url", length: 20 }]],
    },
    {
      id: "azure-sas-token",
      title: "Azure Storage shared access signature",
      severity: "high",
      kind: "object-store",
      part: "sas_token",
      actsFor: "machine",
      cite: trufflehog(
        "02ec42c2869ffa6a8e33a3241db137dddc848a50/pkg/detectors/azuresastoken/azuresastoken.go",
      ),
      formats: [
        {
          // In whatever order the tool wrote them; of version, start and expiry one at least is not the first.
          pattern:
            "s[a-z]{1,3}=[A-Za-z0-9%:.\\-]{1,60}(?:&(?!sig=)[a-z]{2,4}=[A-Za-z0-9%:.,\\-]{0,60}){0,9}&s[vte]=20[0-9]{2}-[A-Za-z0-9%:.\\-]{2,40}(?:&(?!sig=)[a-z]{2,4}=[A-Za-z0-9%:.,\\-]{0,60}){0,9}&sig=[A-Za-z0-9%+/]{43,70}(?:%3[dD]|=)",
          literals: ["&sig="],
          maxLength: 1_500,
        },
      ],
      hits: [
        [
          "sp=rl&st=2026-01-01T00:00:00Z&se=2027-01-01T00:00:00Z&spr=https&sv=2024-11-04&sr=c&sig=",
          { random: "alnum", length: 43 },
          "%3D",
        ],
      ],
      misses: [["sp=rl&se=2027-01-01&sv=2024-11-04&sr=c&sig=", { random: "alnum", length: 12 }]],
    },
  ],
  parts: [
    { name: "devops_token", secret: true },
    { name: "registry_password", secret: true },
    { name: "shared_access_key", secret: true },
    { name: "cosmos_key", secret: true },
    { name: "function_key", secret: true },
    { name: "sas_token", secret: true },
    { name: "client_secret", secret: true },
    { name: "storage_key", secret: true },
    { name: "connection_string", secret: true },
    { name: "client_id", secret: false },
    { name: "tenant_id", secret: false },
    { name: "storage_account", secret: false },
  ],
  variables: {
    AZURE_CLIENT_SECRET: "client_secret",
    AZURE_DEVOPS_EXT_PAT: "devops_token",
    AZURE_DEVOPS_PAT: "devops_token",
    AZURE_STORAGE_SAS_TOKEN: "sas_token",
    AZURE_COSMOS_KEY: "cosmos_key",
    COSMOS_KEY: "cosmos_key",
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
