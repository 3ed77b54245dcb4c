/** The schemes of `index.ts`, for whoever needs no more than their names (a test compares). */
export const SCHEMES: readonly string[] = [
  "aws-sm",
  "aws-ssm",
  "azure-kv",
  "conjur",
  "doppler",
  "env",
  "file",
  "gcp-sm",
  "vault",
];
