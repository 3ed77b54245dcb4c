import { prefixed } from "./format.ts";
import { UUID, named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const mongodbAtlas: Provider = {
  id: "mongodb-atlas",
  title: "MongoDB Atlas",
  kind: "database",
  website: "https://www.mongodb.com/atlas",
  docs: "https://www.mongodb.com/docs/atlas/configure-api-access/",
  aliases: ["atlas"],
  credentials: [
    {
      id: "mongodb-atlas-service-account-secret",
      title: "Atlas service-account secret",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.mongodb",
      actsFor: "machine",
      ...prefixed("mdb_sa_sk_", { alphabet: "base64url", min: 40 }),
    },
    {
      id: "mongodb-atlas-service-account-id",
      title: "Atlas service-account id",
      severity: "low",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.mongodb",
      actsFor: "machine",
      part: "client_id",
      ...prefixed("mdb_sa_id_", { alphabet: "hex", min: 24 }),
    },
    {
      id: "mongodb-atlas-private-key",
      title: "Atlas API private key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.mongodb",
      actsFor: "machine",
      part: "private_key",
      ...named(["mongodb_atlas_private_api_key", "atlas_private_key", "mcli_private_api_key"], UUID),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "client_id", secret: false, needs: "value" },
    { name: "private_key", secret: true },
    { name: "public_key", secret: false, needs: "private_key" },
  ],
  variables: {
    MONGODB_ATLAS_CLIENT_SECRET: "value",
    MONGODB_ATLAS_CLIENT_ID: "client_id",
    MONGODB_ATLAS_PRIVATE_KEY: "private_key",
    MONGODB_ATLAS_PRIVATE_API_KEY: "private_key",
    MONGODB_ATLAS_PUBLIC_KEY: "public_key",
    MONGODB_ATLAS_PUBLIC_API_KEY: "public_key",
  },
  hosts: ["cloud.mongodb.com"],
  packages: { python: ["pymongo", "motor", "langchain_mongodb"], npm: ["mongodb", "mongoose"] },
  rotate: { by: "api", page: "https://www.mongodb.com/docs/atlas/configure-api-access/" },
};
