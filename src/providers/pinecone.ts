import { GLUE, anyCase, either, prefixed, usualVerdicts } from "./format.ts";
import type { CredentialType, Provider, RecipePart } from "./types.ts";

const hex = (length: number): RecipePart => ({ random: "hex", length });
// Keys from before 2024 are plain UUIDs.
const pineconeUuid: Pick<CredentialType, "formats" | "hits" | "misses"> = {
  formats: [
    {
      pattern: `${anyCase("pinecone")}${GLUE}([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?![A-Za-z0-9])`,
      literals: ["pinecone"],
      maxLength: 110,
    },
  ],
  hits: [["PINECONE_API_KEY=", hex(8), "-", hex(4), "-", hex(4), "-", hex(4), "-", hex(12)]],
  misses: [[hex(8), "-", hex(4), "-", hex(4), "-", hex(4), "-", hex(12)]],
};

export const pinecone: Provider = {
  id: "pinecone",
  title: "Pinecone",
  kind: "vector-database",
  website: "https://www.pinecone.io",
  docs: "https://docs.pinecone.io/guides/projects/manage-api-keys",
  credentials: [
    {
      id: "pinecone-api-key",
      title: "Pinecone API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.pinecone",
      actsFor: "machine",
      ...either(prefixed("pcsk_", { alphabet: "base64url", min: 60, max: 80 }), pineconeUuid),
    },
  ],
  variables: { PINECONE_API_KEY: "value" },
  hosts: ["api.pinecone.io", "*.pinecone.io"],
  packages: {
    python: ["pinecone", "pinecone-client", "langchain_pinecone"],
    npm: ["@pinecone-database/pinecone"],
  },
  rotate: {
    by: "api",
    page: "https://app.pinecone.io/organizations/-/keys",
    calls: [
      {
        title: "project API key",
        base: "https://api.pinecone.io",
        headers: { Authorization: "Bearer {minter.value}", "X-Pinecone-Api-Version": "2025-04" },
        needs: { project_id: "the project's id" },
        mint: {
          method: "POST",
          path: "/admin/projects/{minter.project_id}/api-keys",
          body: { name: "{name}" },
          parts: { value: "value" },
          id: "key.id",
        },
        like: { method: "GET", path: "/admin/api-keys/{old_id}", copy: { roles: "roles" } },
        revoke: { method: "DELETE", path: "/admin/api-keys/{id}" },
        list: {
          method: "GET",
          path: "/admin/projects/{minter.project_id}/api-keys",
          items: "data",
          id: "id",
          name: "name",
        },
        cite: "https://docs.pinecone.io/reference/api/2025-04/admin/create_api_key",
      },
    ],
  },
  verify: {
    method: "GET",
    url: "https://api.pinecone.io/indexes",
    headers: { "Api-Key": "{value}" },
    verdicts: usualVerdicts,
  },
};
