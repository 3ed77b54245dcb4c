/** A credential among the parameters of a URL (`?api_key=…`, `&access_token=…`) or of a connection string (`;Password=…;`). */
import { anyCase } from "../../providers/format.ts";
import type { Rule } from "../types.ts";
import { isPlaceholder } from "../placeholders.ts";
import { looksRandom } from "../verdict.ts";

const PARAMETERS = [
  "api_key",
  "apikey",
  "api-key",
  "access_token",
  "auth_token",
  "token",
  "secret",
  "client_secret",
  "password",
  "passwd",
  "pwd",
];

export const query: Rule = {
  id: "url-parameter",
  title: "credential in a URL's parameters",
  severity: "high",
  kind: "generic",
  prefixes: [],
  rank: 2,
  formats: [
    {
      pattern: `[?&](?:amp;)?(?:${PARAMETERS.map(anyCase).join("|")})=([A-Za-z0-9_.~!*%+/-]{8,400}={0,2})(?=[&\\s"'\`<>)\\]};,#\\\\]|$)`,
      literals: PARAMETERS,
      maxLength: 440,
      before: 6,
      decode: "percent",
      accept: (value, { text, match, start }) => looksRandom(value, text.slice(match + 1, start - 1)),
    },
    {
      // ADO, ODBC and their like: beside a server's name, so that a lone `pwd=` of a shell is none.
      pattern: `(?:;|["'])[ \\t]{0,4}(?:[pP]assword|PASSWORD|[pP]wd|PWD)[ \\t]{0,4}=[ \\t]{0,4}([^;"'\\s<>]{6,200})(?=[;"'\\s<]|$)`,
      literals: ["password", "pwd"],
      maxLength: 230,
      before: 6,
      minEntropy: 2.4,
      accept: (value, { text, match, end }) =>
        /(?:server|data source|host|driver|user id|uid|database|initial catalog)[ \t]{0,4}=/i.test(
          text.slice(Math.max(0, match - 64), match) + text.slice(end, end + 64),
        ) &&
        !isPlaceholder(value) &&
        !/^[{$%<(]|^[a-z]+$/.test(value),
    },
  ],
};
