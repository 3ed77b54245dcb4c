/** Whether what stands beside a name that sounds like a credential is one: a verdict from the name, the context and the value. */
import { entropy, isCamelCase } from "./placeholders.ts";
import type { Surroundings } from "./types.ts";

/** The whole name, from up to forty word characters before the keyword to the separator. */
export function nameOf({ text, match, start }: Surroundings): string {
  let from = match;
  while (from > 0 && match - from < 40 && /[\w.-]/.test(text[from - 1] ?? "")) from--;
  return /^[\w.-]*/.exec(text.slice(from, start))?.[0] ?? "";
}

const HARMLESS_NAME =
  /tokeni[sz]|(?:max|num|min|n|new|total|prompt|completion|input|output)[_-]?tokens|^tokens$|(?:pad|eos|bos|unk|cls|sep|mask|special|stop|next|page|continuation|start|end|csrf|xsrf|sync)[_-]?token|token[_-]?(?:type|ids?|count|limit|ur[il]|endpoint|path|file|name|class|len|usage|auth)|secret[_-]?(?:name|ref|arn|id|version|store|manager|path|mount|engine)|passw(?:or)?d[_-]?(?:field|hash|input|reset|label|confirm|policy|prompt|hint|file)|key[_-]?(?:id|name|path|file|arn)|public|(?:^|[_.-])(?:id|name|path|file|dir|ur[il]|type|arn|version|hash|sha\d*|digest|fingerprint|len|length|size|ttl|field|header|prefix|suffix|regex|pattern|class|provider|module|message|error|label|title|description|help|format|algorithm|env|var|ref)$|integrity|checksum|digest|credentials?[_-]?(?:provider|source|type|helper)/i;
const PASSWORD_NAME = /passw|passphrase/i;
const PATH_OR_CODE =
  /^(?:\.{0,2}\/|~\/|[A-Za-z]:\\|\$|@|%|&|#[0-9a-f]{3,8}$)|:\/\/|^[\w.+-]+@[\w-]+\.\w+$|[[({<].*[\])}>]|^(?:process|os|self|this|config|settings|env|var|secrets|args|data|params)[.[]/;
// Struct tags of Go, and what follows a name that stood in quotes for another reason.
const CODE_TAG = /^[)\],};:?]|omitempty|protobuf:|^json:/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const DATE = /^\d{4}-\d\d-\d\d(?:[T ]|$)/;
/** Words, abbreviations and numbers run together or joined: `Qwen2_5OmniTokenConfig`, `SensitiveString2048`. */
const NAME_PARTS = /^(?:[A-Z]?[a-z]{2,}|[A-Z]{2,6}(?![a-z])|[A-Za-z]\d{1,2}(?![0-9])|\d{1,4}|_+)+$/;
const isName = (value: string): boolean =>
  NAME_PARTS.test(value) && (value.match(/[A-Z]?[a-z]{3,}/g)?.join("").length ?? 0) * 2 > value.length;

/** Names of things in a cloud hold the words that announce credentials. */
export const insideArn = ({ text, match }: Surroundings): boolean =>
  /arn:[^\s"']{0,120}$/.test(text.slice(Math.max(0, match - 130), match));

/** Nothing but words and small numbers, however joined (`text-embedding-3-large`, `secret-2-levels`). */
const isWords = (value: string): boolean =>
  value
    .split(/[-_./:,*@=]/)
    .every((word) =>
      /^(?:[A-Za-z]*|\d{1,8}|[A-Za-z]+\d{1,3}|[vV]?\d+[A-Za-z]{0,2}|[A-Za-z]\d[A-Za-z])$/.test(word),
    );

export function looksRandom(value: string, name: string): boolean {
  if (HARMLESS_NAME.test(name) || PATH_OR_CODE.test(value) || CODE_TAG.test(value)) return false;
  if (/^(?:sha\d{3}|md5)[-:]/i.test(value) || /^\$(?:2[aby]|argon2|pbkdf2|6|5|1)\$/.test(value)) return false;
  if (UUID.test(value)) return /api[_-]?key|secret|access|auth_?token/i.test(name);
  if (DATE.test(value) || isName(value)) return false;
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
