/** A password in a URL: `scheme://user:password@host`, for any scheme. */
import type { Rule } from "../types.ts";

export const urlPassword: Rule = {
  id: "url-password",
  title: "password in a URL",
  severity: "high",
  kind: "generic",
  prefixes: [],
  rank: 2,
  formats: [
    {
      pattern:
        "(?<=[a-zA-Z][a-zA-Z0-9+.-]{0,20}:)//[^\\s:/?#@\"'<>\\\\,;`]{0,100}:([^\\s/?#@\"'<>\\\\`]{3,200})@[A-Za-z0-9\\[]",
      literals: ["://"],
      maxLength: 320,
      // The literal's colon stands before the match, which begins with the slashes.
      before: 0,
      decode: "percent",
      minEntropy: 2.2,
      accept: (value, { text, match, end }) => {
        const user = text.slice(match + 2, text.indexOf(":", match + 2));
        const host = /^[A-Za-z0-9.-]*/.exec(text.slice(end + 1, end + 60))?.[0] ?? "";
        if (/^(?:(?:www\.)?example\.(?:com|net|org)|host(?:name)?|server)$/i.test(host)) return false;
        return value !== user && !/^\d{1,5}$/.test(value) && !/[$%{][A-Z_]{3,}|^[A-Z_]{3,}$/.test(value);
      },
    },
  ],
};
