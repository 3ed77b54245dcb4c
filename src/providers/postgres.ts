import type { Provider } from "./types.ts";

export const postgres: Provider = {
  id: "postgres",
  title: "PostgreSQL",
  kind: "database",
  website: "https://www.postgresql.org",
  docs: "https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING",
  aliases: ["postgresql", "pgvector"],
  credentials: [
    {
      id: "postgres-password",
      title: "PostgreSQL password in a connection URL",
      severity: "critical",
      part: "password",
      actsFor: "machine",
      needsContext: true,
      formats: [
        {
          pattern:
            "[pP][oO][sS][tT][gG][rR][eE][sS](?:[qQ][lL])?(?:\\+[A-Za-z0-9]{1,20})?://[^\\s:/@\"'<>\\\\]{0,100}:([^\\s/@\"'<>\\\\]{3,200})@[A-Za-z0-9.\\[\\]_-]{1,253}",
          literals: ["postgres://", "postgresql://", "postgresql+", "postgres+"],
          maxLength: 600,
          before: 0,
          decode: "percent",
          minEntropy: 2.2,
        },
      ],
      hits: [
        ["postgresql://trainer:", { random: "alnum", length: 20 }, "@db.internal:5432/features"],
        ["postgres://trainer:", { random: "alnum", length: 20 }, "@10.0.0.4/features"],
        ["postgresql+psycopg://trainer:", { random: "alnum", length: 20 }, "@db.internal/features"],
      ],
      misses: [["postgresql://db.internal:5432/features"], ["postgresql://trainer@db.internal/features"]],
    },
  ],
  parts: [
    { name: "password", secret: true },
    { name: "url", secret: true },
    { name: "username", secret: false },
    { name: "host", secret: false },
    { name: "port", secret: false },
    { name: "database", secret: false },
  ],
  variables: {
    PGPASSWORD: "password",
    POSTGRES_PASSWORD: "password",
    PGUSER: "username",
    POSTGRES_USER: "username",
    PGHOST: "host",
    PGPORT: "port",
    PGDATABASE: "database",
    POSTGRES_DB: "database",
    DATABASE_URL: "url",
    POSTGRES_URL: "url",
  },
  hosts: [],
  packages: {
    python: ["psycopg", "psycopg2", "psycopg2-binary", "asyncpg", "pg8000", "pgvector"],
    npm: ["pg", "postgres", "pgvector", "@neondatabase/serverless"],
  },
  rotate: { by: "api", driver: "postgres-roles" },
};
