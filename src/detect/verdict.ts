/** Whether what stands beside a name that sounds like a credential is one: a verdict from the name, the context and the value. */
import { entropy, isCamelCase, isName } from "./placeholders.ts";
import type { Surroundings } from "./types.ts";

/** The whole name, from up to forty word characters before the keyword to the separator. */
export function nameOf({ text, match, start }: Surroundings): string {
  let from = match;
  while (from > 0 && match - from < 40 && /[\w.-]/.test(text[from - 1] ?? "")) from--;
  return /^[\w.-]*/.exec(text.slice(from, start))?.[0] ?? "";
}

const HARMLESS_NAME =
  /tokeni[sz]|(?:max|num|min|n|new|total|prompt|completion|input|output)[_-]?tokens|^tokens$|(?:pad|eos|bos|unk|cls|sep|mask|special|stop|next|page|continuation|start|end|csrf|xsrf|sync)[_-]?token|token[_-]?(?:type|ids?|count|limit|ur[il]|endpoint|path|file|name|class|len|usage|auth)|secret[_-]?(?:name|ref|arn|id|version|store|manager|path|mount|engine)|passw(?:or)?d[_-]?(?:field|hash|input|reset|label|confirm|policy|prompt|hint|file)|key[_-]?(?:id|name|path|file|arn)|public|(?:^|[_.-])(?:id|name|path|file|dir|ur[il]|type|arn|version|hash|sha\d*|digest|fingerprint|len|length|size|ttl|field|header|prefix|suffix|regex|pattern|class|provider|module|message|error|label|title|description|help|format|algorithm|env|var|ref)$|integrity|checksum|digest|(?:resource|audience|scopes?|cache[_-]?key)$|cached[_-]token|client(?:request)?token|amz-credential|credentials?[_-]?(?:provider|source|type|helper)/i;
const PASSWORD_NAME = /passw|passphrase/i;
const PATH_OR_CODE =
  /^(?:\.{0,2}\/|~\/|[A-Za-z]:\\|\$|@|%|&|#[0-9a-f]{3,8}$)|:\/\/|^[\w.+-]+@[\w-]+\.\w+$|[[({<].*[\])}>]|^(?:process|os|self|this|config|settings|env|var|secrets|args|data|params)[.[]/;
// Struct tags of Go, and what follows a name that stood in quotes for another reason.
const CODE_TAG = /^[)\],};:?]|omitempty|protobuf:|^json:/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** As `crypt` writes them, and as Django does. */
const PASSWORD_HASH =
  /^\$(?:2[aby]|argon2\w*|pbkdf2[\w-]*|6|5|1)\$|^(?:pbkdf2_|bcrypt|argon2|scrypt|md5|sha1)\w*\$/;
const DATE = /^\d{4}-\d\d-\d\d(?:[T ]|$)/;
/** Names of things in a cloud hold the words that announce credentials. */
export const insideArn = ({ text, match }: Surroundings): boolean =>
  /arn:[^\s"']{0,120}$/.test(text.slice(Math.max(0, match - 130), match)) ||
  (/[^\s"'{(,]:$/.test(text.slice(Math.max(0, match - 2), match)) && text.startsWith("secret:", match));

const plain = (text: string): string => text.replace(/[^A-Za-z0-9]/g, "").toLowerCase();

/** `exports.a2TokenSource = a2TokenSource`, `"A2TokenSource": ".a2tokensource"`: a name in code, said again. */
const repeats = (value: string, name: string): boolean => {
  const said = plain(value);
  return said.length >= 8 && plain(name).includes(said);
};

/**
 * Base64 of something that a person wrote: prose, or JSON (a cursor, a session, a token without a signature) whose values are not random
 * either. What is a credential in there, the decoders find.
 */
function isReadable(value: string): boolean {
  if (!/^[\w+/-]{12,}={0,2}(?:\.[\w-]*){0,2}$/.test(value)) return false;
  return value.split(".").every((part) => {
    const text = Buffer.from(part, "base64").toString("latin1");
    if (!/^[\x20-\x7e\r\n\t]*$/.test(text)) return false;
    if (!/^\{[^]*\}$/.test(text)) return text === "" || /^(?:[\w'.,()!?-]+ ){3,}/.test(text);
    return (text.match(/"[^"\\]*"/g) ?? []).every((one) => !looksRandom(one.slice(1, -1), "token"));
  });
}

/** Nothing but words and small numbers, however joined (`text-embedding-3-large`, `secret-2-levels`). */
const isWords = (value: string): boolean =>
  value
    .split(/[-_./:,*@=]/)
    .every((word) =>
      /^(?:[A-Za-z]*|\d{1,8}|[A-Za-z]+\d{1,3}|[vV]?\d+[A-Za-z]{0,2}|[A-Za-z]\d[A-Za-z]|[a-z]\d[a-z]{3,7})$/.test(
        word,
      ),
    );

export function looksRandom(value: string, name: string): boolean {
  if (HARMLESS_NAME.test(name) || PATH_OR_CODE.test(value) || CODE_TAG.test(value)) return false;
  if (/^(?:sha\d{3}|md5)[-:]/i.test(value) || PASSWORD_HASH.test(value)) return false;
  if (UUID.test(value)) return /api[_-]?key|secret|access|auth_?token/i.test(name);
  if (DATE.test(value) || isName(value) || repeats(value, name) || isReadable(value)) return false;
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
