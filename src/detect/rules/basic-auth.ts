/** A user and a password in one base64 text: `Authorization: Basic …`, `"auth": "…"` of a registry's configuration, `_auth=` of npm. */
import type { Rule, RuleFormat } from "../types.ts";
import { entropy, isPlaceholder } from "../placeholders.ts";

const VALUE = "([A-Za-z0-9+/_-]{12,400}={0,2})(?![A-Za-z0-9+/=_-])";

/** One for each literal, so that both say where they begin. */
const format = (literal: string, before: string): RuleFormat => ({
  pattern: `${before}${VALUE}`,
  literals: [literal],
  maxLength: 430,
  minEntropy: 2.4,
  accept: (value) => {
    const text = Buffer.from(value, "base64").toString("latin1");
    const pair = /^([\x21-\x39\x3b-\x7e]{0,100}):([\x20-\x7e]{4,200})$/.exec(text);
    if (pair === null) return false;
    const [, user = "", password = ""] = pair;
    return password !== user && !isPlaceholder(password) && entropy(password) >= 2.2;
  },
});

export const basicAuth: Rule = {
  id: "basic-auth",
  title: "user and password in base64",
  severity: "high",
  kind: "generic",
  prefixes: [],
  rank: 2,
  formats: [
    format("basic", "[bB]asic[ \\t]{1,4}"),
    format("auth", "[\"'_][aA][uU][tT][hH][\"']?[ \\t]{0,4}[:=][ \\t]{0,4}[\"']?"),
  ],
};
