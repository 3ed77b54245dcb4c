import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const redisCloud: Provider = {
  id: "redis-cloud",
  title: "Redis Cloud",
  kind: "database",
  website: "https://redis.io/cloud/",
  docs: "https://redis.io/docs/latest/operate/rc/api/get-started/manage-api-keys/",
  credentials: [
    {
      id: "redis-cloud-secret-key",
      title: "Redis Cloud API secret key",
      severity: "critical",
      cite: "https://redis.io/docs/latest/operate/rc/api/get-started/manage-api-keys/",
      actsFor: "machine",
      ...opaque([
        "rediscloud_secret_key",
        "redis_cloud_secret_key",
        "redis_cloud_api_secret_key",
        "redis_cloud_api_secret",
      ]),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "access_key", secret: false },
  ],
  variables: { REDISCLOUD_SECRET_KEY: "value", REDISCLOUD_ACCESS_KEY: "access_key" },
  hosts: ["api.redislabs.com"],
  packages: { python: ["redis", "langchain_redis"], npm: ["redis", "ioredis"] },
  rotate: { by: "person", page: "https://cloud.redis.io" },
};
