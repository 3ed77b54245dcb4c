import { GLUE, anyCase } from "./format.ts";
import type { CredentialType, Provider } from "./types.ts";

// `pa-` alone is too common a beginning.
const voyageKey: Pick<CredentialType, "formats" | "hits" | "misses" | "prefixes" | "needsContext"> = {
  needsContext: true,
  prefixes: ["pa-"],
  formats: [
    {
      pattern: `${anyCase("voyage")}${GLUE}(pa-[A-Za-z0-9_\\-]{43})(?![A-Za-z0-9_\\-])`,
      literals: ["voyage"],
      maxLength: 120,
    },
  ],
  hits: [["VOYAGE_API_KEY=pa-", { random: "base64url", length: 43 }]],
  misses: [
    ["pa-", { random: "base64url", length: 43 }],
    ["VOYAGE_API_KEY=pa-", { random: "base64url", length: 42 }],
  ],
};

export const voyage: Provider = {
  id: "voyage",
  title: "Voyage AI",
  kind: "embedding",
  website: "https://www.voyageai.com",
  docs: "https://docs.voyageai.com/docs/api-key-and-installation",
  aliases: ["voyageai"],
  credentials: [
    {
      id: "voyage-api-key",
      title: "Voyage AI API key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.voyageai",
      actsFor: "machine",
      ...voyageKey,
    },
  ],
  variables: { VOYAGE_API_KEY: "value" },
  hosts: ["api.voyageai.com"],
  packages: { python: ["voyageai", "langchain_voyageai"], npm: ["voyageai"] },
  rotate: { by: "person", page: "https://dashboard.voyageai.com/organization/api-keys" },
};
