/**
 * A credential that only its name gives away: `api_key = "…"`, `PASSWORD=…`, `"client_secret": "…"`, also inside the escaped
 * JSON of a notebook. Most such text is code, configuration names or a stand-in: the verdict takes random-looking values only.
 */
import { anyCase } from "../../providers/format.ts";
import type { Rule, RuleFormat, Surroundings } from "../types.ts";
import { entropy, isCamelCase } from "../placeholders.ts";

const NAMES = [
  "api_key",
  "apikey",
  "api-key",
  "secret",
  "token",
  "passwd",
  "password",
  "passphrase",
  "credential",
  "access_key",
  "accesskey",
  "access-key",
  "auth_key",
  "account_key",
  "signing_key",
  "encryption_key",
  "master_key",
];
const NAME = `(?:${NAMES.map(anyCase).join("|")})[A-Za-z0-9_-]{0,24}`;
const CLOSE = "\\\\{0,3}[\"'`]?[\\])]?[ \\t]{0,8}";
const SEPARATOR = "(?::[ \\t]{0,4}[A-Za-z]{1,12}[ \\t]{0,4}=|=>|:=|=|:|,)[ \\t]{0,8}";

const quoted: RuleFormat = {
  pattern: `${NAME}${CLOSE}${SEPARATOR}[rbf]?\\\\{0,3}["'\`]([^\\s"'\`\\\\]{8,200})\\\\{0,3}["'\`]`,
  literals: NAMES,
  maxLength: 300,
  before: 0,
  accept: (value, around) => looksRandom(value, nameOf(around)),
};

const bare: RuleFormat = {
  pattern: `${NAME}\\\\{0,3}["'\`]?[ \\t]{0,8}(?:=|:)[ \\t]{0,8}([A-Za-z0-9_+/.~!@#%^&*-]{8,200}={0,2})(?=[\\s,;)}\\]"'<]|\\\\[nrt"]|$)`,
  literals: NAMES,
  maxLength: 300,
  before: 0,
  accept: (value, around) =>
    !/^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/.test(value) && looksRandom(value, nameOf(around)),
};

export const assignment: Rule = {
  id: "generic-assignment",
  title: "credential assigned in text",
  severity: "medium",
  kind: "generic",
  prefixes: [],
  rank: 3,
  formats: [quoted, bare],
};

/** The whole name, from up to forty word characters before the keyword to the separator. */
function nameOf({ text, match, start }: Surroundings): string {
  let from = match;
  while (from > 0 && match - from < 40 && /[\w.-]/.test(text[from - 1] ?? "")) from--;
  return /^[\w.-]*/.exec(text.slice(from, start))?.[0] ?? "";
}

const HARMLESS_NAME =
  /tokeni[sz]|(?:max|num|min|n|new|total|prompt|completion|input|output)_?tokens|^tokens$|(?:pad|eos|bos|unk|cls|sep|mask|special|stop|next|page|continuation|start|end|csrf|xsrf|sync)_?token|token_?(?:type|ids?|count|limit|ur[il]|endpoint|path|file|name|class|len|usage|auth)|secret_?(?:name|ref|arn|id|version|store|manager|path|mount|engine)|passw(?:or)?d_?(?:field|hash|input|reset|label|confirm|policy|prompt|hint|file)|key_?(?:id|name|path|file|arn)|public|(?:^|[_.-])(?:id|name|path|file|dir|ur[il]|type|arn|version|hash|sha\d*|digest|fingerprint|len|length|size|ttl|field|header|prefix|suffix|regex|pattern|class|provider|module|message|error|label|title|description|help|format|algorithm|env|var|ref)$|integrity|checksum|digest|credentials?_?(?:provider|source|type|helper)/i;
const PASSWORD_NAME = /passw|passphrase/i;
const PATH_OR_CODE =
  /^(?:\.{0,2}\/|~\/|[A-Za-z]:\\|\$|@|%|&|#[0-9a-f]{3,8}$)|:\/\/|^[\w.+-]+@[\w-]+\.\w+$|[[({<].*[\])}>]|^(?:process|os|self|this|config|settings|env|var|secrets|args|data|params)[.[]/;
// Struct tags of Go, and what follows a name that stood in quotes for another reason.
const CODE_TAG = /^[)\],};:?]|omitempty|protobuf:|^json:/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Nothing but words and small numbers, however joined (`text-embedding-3-large`, `secret-2-levels`). */
const isWords = (value: string): boolean =>
  value
    .split(/[-_./:,*@=]/)
    .every((word) => /^(?:[A-Za-z]*|\d{1,8}|[A-Za-z]+\d{1,3}|[vV]?\d+[A-Za-z]{0,2})$/.test(word));

function looksRandom(value: string, name: string): boolean {
  if (HARMLESS_NAME.test(name) || PATH_OR_CODE.test(value) || CODE_TAG.test(value)) return false;
  if (/^(?:sha\d{3}|md5)[-:]/i.test(value) || /^\$(?:2[aby]|argon2|pbkdf2|6|5|1)\$/.test(value)) return false;
  if (UUID.test(value)) return /api[_-]?key|secret|access/i.test(name);
  const letters = /[A-Za-z]/.test(value);
  if (PASSWORD_NAME.test(name)) {
    const classes = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((one) => one.test(value)).length;
    return letters && classes >= 3 && entropy(value) >= 2.9 && !isWords(value);
  }
  if (value.length < 16 || !letters || !/^[A-Za-z0-9_\-+/=.~:%!@#$^&]+$/.test(value)) return false;
  if (!/\d/.test(value))
    return value.length >= 32 && !isCamelCase(value) && /^[A-Za-z+/=]+$/.test(value) && entropy(value) >= 4.2;
  return !isWords(value) && entropy(value) >= (/^[0-9a-fA-F]+$/.test(value) ? 3.0 : 3.4);
}
