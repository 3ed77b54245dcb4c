/** Signed tokens (JWT): header and payload must decode, so that dotted base64 alone is no finding. */
import { STRICT_BORDER } from "../../providers/format.ts";
import type { Rule } from "../types.ts";

export const jwt: Rule = {
  id: "jwt",
  title: "signed token (JWT)",
  severity: "high",
  kind: "generic",
  prefixes: [],
  rank: 2,
  formats: [
    {
      pattern: `${STRICT_BORDER}eyJ[A-Za-z0-9_-]{14,600}\\.eyJ[A-Za-z0-9_-]{10,4000}\\.[A-Za-z0-9_-]{20,700}(?![A-Za-z0-9_-])`,
      literals: ["eyJ"],
      maxLength: 5_310,
      before: 0,
      check: "jwt",
    },
  ],
};
