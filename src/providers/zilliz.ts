import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const zilliz: Provider = {
  id: "zilliz",
  title: "Zilliz Cloud and Milvus",
  kind: "vector-database",
  website: "https://zilliz.com",
  docs: "https://docs.zilliz.com/docs/manage-api-keys",
  aliases: ["milvus"],
  credentials: [
    {
      id: "zilliz-api-key",
      title: "Zilliz Cloud API key",
      severity: "critical",
      cite: "https://docs.zilliz.com/docs/manage-api-keys",
      actsFor: "machine",
      ...opaque(["zilliz_api_key", "zilliz_token", "zilliz_cloud_api_key", "zilliz_cloud_token"]),
    },
    {
      id: "milvus-token",
      title: "Milvus token",
      severity: "high",
      cite: "https://milvus.io/docs/authenticate.md",
      actsFor: "machine",
      part: "password",
      ...opaque(["milvus_token", "milvus_password"]),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "password", secret: true },
    { name: "uri", secret: false },
  ],
  variables: {
    ZILLIZ_API_KEY: "value",
    ZILLIZ_TOKEN: "value",
    ZILLIZ_CLOUD_API_KEY: "value",
    MILVUS_TOKEN: "value",
    MILVUS_PASSWORD: "password",
    MILVUS_URI: "uri",
  },
  hosts: ["*.zillizcloud.com", "*.vectordb.zillizcloud.com"],
  packages: { python: ["pymilvus", "milvus", "langchain_milvus"], npm: ["@zilliz/milvus2-sdk-node"] },
  rotate: { by: "person", page: "https://cloud.zilliz.com" },
};
