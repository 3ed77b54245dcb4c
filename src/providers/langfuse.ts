import { UUID, sequence } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const langfuse: Provider = {
  id: "langfuse",
  title: "Langfuse",
  kind: "observability",
  website: "https://langfuse.com",
  docs: "https://langfuse.com/docs/api-and-data-platform/features/public-api",
  credentials: [
    {
      id: "langfuse-secret-key",
      title: "Langfuse secret key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.langfuse",
      actsFor: "machine",
      ...sequence(["sk-lf-", ...UUID]),
    },
    {
      id: "langfuse-public-key",
      title: "Langfuse public key",
      severity: "low",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.langfuse",
      actsFor: "machine",
      part: "public_key",
      ...sequence(["pk-lf-", ...UUID]),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "public_key", secret: false },
    { name: "host", secret: false },
  ],
  variables: { LANGFUSE_SECRET_KEY: "value", LANGFUSE_PUBLIC_KEY: "public_key", LANGFUSE_HOST: "host" },
  baseUrlVariables: ["LANGFUSE_HOST", "LANGFUSE_BASE_URL"],
  hosts: ["cloud.langfuse.com", "us.cloud.langfuse.com"],
  packages: { python: ["langfuse"], npm: ["langfuse", "@langfuse/client"] },
  rotate: { by: "person", page: "https://langfuse.com/faq/all/where-are-langfuse-api-keys" },
};
