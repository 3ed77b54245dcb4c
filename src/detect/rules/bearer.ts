/** A token in a header of HTTP: `Authorization: Bearer …`, `x-api-key: …`, as a request, a command or code writes it. */
import { anyCase } from "../../providers/format.ts";
import type { Rule } from "../types.ts";
import { looksRandom } from "../verdict.ts";

const HEADERS = [
  "x-api-key",
  "api-key",
  "apikey",
  "x-auth-token",
  "x-access-token",
  "private-token",
  "x-vault-token",
];
const END = "(?![A-Za-z0-9_.~+/=-])";

export const bearer: Rule = {
  id: "http-token",
  title: "token in an HTTP header",
  severity: "high",
  kind: "generic",
  prefixes: [],
  rank: 3,
  formats: [
    {
      pattern: `(?:${anyCase("bearer")}|[tT]oken(?=[ \\t]{1,4}[0-9a-f]{40}))[ \\t]{1,4}([A-Za-z0-9_.~+/-]{20,1000}={0,2})${END}`,
      literals: ["bearer", "token"],
      maxLength: 1_020,
      before: 0,
      accept: (value) => looksRandom(value, "bearer"),
    },
    {
      pattern: `(?:${HEADERS.map(anyCase).join("|")})\\\\{0,3}["']?[ \\t]{0,4}[:,=][ \\t]{0,4}\\\\{0,3}["']?([A-Za-z0-9_.~+/-]{16,400}={0,2})${END}`,
      literals: HEADERS,
      maxLength: 440,
      before: 0,
      accept: (value) => looksRandom(value, "api_key"),
    },
  ],
};
