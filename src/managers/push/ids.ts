/** The targets' ids alone: what a declaration is checked by need not load them. */
export const PUSH_TARGETS = [
  "aws-sm",
  "aws-ssm",
  "azure-kv",
  "gcp-sm",
  "github",
  "gitlab",
  "kubernetes",
] as const;
