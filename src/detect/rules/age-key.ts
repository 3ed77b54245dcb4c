/** A secret key of age: Bech32 in capitals, with its own prefix. */
import type { Rule } from "../types.ts";

export const ageKey: Rule = {
  id: "age-secret-key",
  title: "secret key of age",
  severity: "critical",
  kind: "signing",
  prefixes: ["AGE-SECRET-KEY-1", "AGE-SECRET-KEY-PQ-1"],
  rank: 0,
  formats: [
    {
      pattern: "AGE-SECRET-KEY-(?:PQ-)?1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}(?![A-Z0-9])",
      literals: ["AGE-SECRET-KEY-"],
      maxLength: 80,
      before: 0,
    },
  ],
};
