import { BORDER } from "./format.ts";
import type { CredentialType, Provider, RecipePart } from "./types.ts";

const hex = (length: number): RecipePart => ({ random: "hex", length });
const langfuseKey: Pick<CredentialType, "formats" | "hits" | "misses" | "prefixes"> = {
  prefixes: ["sk-lf-"],
  formats: [
    {
      pattern: `${BORDER}sk-lf-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![A-Za-z0-9])`,
      literals: ["sk-lf-"],
      maxLength: 42,
    },
  ],
  hits: [["sk-lf-", hex(8), "-", hex(4), "-", hex(4), "-", hex(4), "-", hex(12)]],
  misses: [["sk-lf-", hex(8), "-", hex(4), "-", hex(4), "-", hex(4), "-", hex(11)]],
};

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
      actsFor: "machine",
      ...langfuseKey,
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
