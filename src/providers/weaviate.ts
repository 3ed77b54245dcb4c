import { beside } from "./format.ts";
import type { Provider } from "./types.ts";

export const weaviate: Provider = {
  id: "weaviate",
  title: "Weaviate",
  kind: "vector-database",
  website: "https://weaviate.io",
  docs: "https://docs.weaviate.io/deploy/configuration/authentication",
  credentials: [
    {
      id: "weaviate-api-key",
      title: "Weaviate API key",
      severity: "critical",
      cite: "https://docs.weaviate.io/deploy/configuration/authentication",
      actsFor: "machine",
      ...beside(["weaviate", "wcd_api_key", "wcs_api_key"], { alphabet: "base64", min: 36, max: 120 }),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "url", secret: false },
  ],
  variables: { WEAVIATE_API_KEY: "value", WCD_API_KEY: "value", WCS_API_KEY: "value", WEAVIATE_URL: "url" },
  hosts: ["*.weaviate.cloud", "*.weaviate.network"],
  packages: {
    python: ["weaviate", "weaviate-client", "langchain_weaviate"],
    npm: ["weaviate-client", "weaviate-ts-client"],
  },
  rotate: { by: "api", page: "https://console.weaviate.cloud" },
};
