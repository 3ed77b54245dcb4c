/** `machine HOST login USER password X` of a `.netrc`, on one line or on three. */
import type { Rule } from "../types.ts";
import { isPlaceholder } from "../placeholders.ts";

export const netrc: Rule = {
  id: "netrc-password",
  title: "password in a .netrc",
  severity: "high",
  kind: "generic",
  prefixes: [],
  rank: 2,
  formats: [
    {
      pattern:
        "machine[ \\t]{1,4}[A-Za-z0-9.:_-]{1,100}\\s{1,8}login[ \\t]{1,4}\\S{1,100}\\s{1,8}password[ \\t]{1,4}((?:(?!\\\\[nrt])\\S){6,200})",
      literals: ["machine"],
      maxLength: 450,
      before: 0,
      minEntropy: 2.4,
      accept: (value) => !isPlaceholder(value) && !/^[$<{]/.test(value),
    },
  ],
};
