import { sequence } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const datastax: Provider = {
  id: "datastax",
  title: "DataStax Astra",
  kind: "vector-database",
  website: "https://www.datastax.com",
  docs: "https://docs.datastax.com/en/astra-db-serverless/administration/manage-application-tokens.html",
  aliases: ["astra"],
  credentials: [
    {
      id: "datastax-astra-token",
      title: "Astra application token",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.datastax",
      actsFor: "machine",
      ...sequence(["AstraCS:", { alphabet: "alnum", min: 20, max: 32 }, ":", { alphabet: "hex", min: 64 }]),
    },
  ],
  variables: { ASTRA_DB_APPLICATION_TOKEN: "value", ASTRA_TOKEN: "value" },
  hosts: ["api.astra.datastax.com", "*.apps.astra.datastax.com"],
  packages: { python: ["astrapy", "langchain_astradb"], npm: ["@datastax/astra-db-ts"] },
  rotate: { by: "person", page: "https://astra.datastax.com/settings/tokens" },
};
