import { named, opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const neo4j: Provider = {
  id: "neo4j",
  title: "Neo4j",
  kind: "database",
  website: "https://neo4j.com",
  docs: "https://neo4j.com/docs/aura/",
  aliases: ["aura"],
  credentials: [
    {
      id: "neo4j-password",
      title: "Neo4j password",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.neo4j",
      actsFor: "machine",
      ...named(["neo4j_password"], { alphabet: "base64url", min: 12, max: 64 }, { minEntropy: 3 }),
    },
    {
      id: "neo4j-aura-client-secret",
      title: "Neo4j Aura client secret",
      severity: "critical",
      cite: "https://neo4j.com/docs/aura/api/authentication/",
      actsFor: "machine",
      part: "client_secret",
      ...opaque(["aura_client_secret", "aura_api_client_secret"]),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "client_secret", secret: true },
    { name: "username", secret: false },
    { name: "uri", secret: false },
  ],
  variables: {
    NEO4J_PASSWORD: "value",
    AURA_CLIENT_SECRET: "client_secret",
    NEO4J_USERNAME: "username",
    NEO4J_URI: "uri",
  },
  hosts: ["api.neo4j.io", "*.databases.neo4j.io"],
  packages: { python: ["neo4j", "langchain_neo4j"], npm: ["neo4j-driver"] },
  rotate: { by: "person", page: "https://console.neo4j.io" },
};
