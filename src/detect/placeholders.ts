/** Tells values from stand-ins: what documentation, templates and tests write where a credential would be. */
import { createHash } from "node:crypto";

/** Whole values that mean "put yours here" or that open nothing but a developer's own machine. */
const WORDS = new Set(
  (
    "password passwd pass pwd secret token apikey api_key api-key key user username root admin test testing tester guest " +
    "postgres postgresql mysql mongo mongodb redis changeme change_me change-me changeit default none null nil undefined true false " +
    "foo bar baz qux foobar hunter2 letmein qwerty string value todo fixme tbd na n/a xxx local localhost development dev staging prod " +
    "prefix scott tiger admin12345 mypassword my_password mysecret my_secret mytoken my-token your_password yourpassword p@ssw0rd passw0rd pass123 password1 password123 test123 admin123 secret123"
  ).split(" "),
);

const INSIDE =
  /example|x{5,}|\*{3,}|\.{3,}|<[^>]*>|\$\{|\$\(|\{\{|%\(|#\{|change[-_ ]?me|placeholder|redacted|dummy|your[-_ ]?(?:own[-_ ]?)?(?:api|key|token|secret|password|openai|anthropic|access|account|project|hf|aws)|(?:api|secret|access)[-_]?key[-_]?here|(?:key|token|secret|password)[-_ ]?here|insert[-_ ]|replace[-_ ]?(?:me|with|this)|not[-_ ]?(?:a[-_ ]?)?real|[-_]fake[-_]|^fake[-_]|sample[-_ ]?(?:key|token|secret)/i;

/** Beginnings of tokens that vendors print in their documentation or ship for local development. */
const KNOWN_BEGINNINGS = [
  "eyJpc3MiOiJzdXBhYmFzZS1kZW1v", // local Supabase: issuer supabase-demo
  "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9l", // the introduction to JWT
];

/** A template that fills in later (`{password}` of an f-string, `[password]` of a usage line), and nothing beside it. */
const TEMPLATE = /^(?:\{[^{}]+\}|\[[\w -]+\]+|\([\w -]+\))$/;

/** What it is for in place of what it is (`my-secret`, `secured_password`, `key_1234`). */
const SAYS_WHAT =
  /^(?:(?:my|your|our|some|any|the|user|auth|random|plain|secret|secured?|new|old|test|access|api|aws|client)[-_]?)+(?:pass(?:word|wd)?|pwd?|secret|token|key)[-_]?\d{0,5}$|^(?:pass(?:word|wd)?|secret|token|key)[-_]?\d{1,5}$/i;

/** SHA-256 of what is public knowledge: the storage emulator's key, and what the RFCs of HTTP and OAuth print. */
const KNOWN_KEYS = new Set([
  "0011cc25eb4320717494d2703e8cba85743e71b500283c21c8b88147992f9059",
  "6c96130f130ab0d6d158397e24d2bcc1c9a5e73ae081f6e983f1c7b545d24a4c",
  "00cf4c781dc37003f7c7dd7d4c9a6ef1e0f4c62d9a291aa8bc398774e3fefd32",
  "ca7459e2b26776de081b9a07e40227fd6cff232a1e3233ff6b6aa6d036ca9981",
  "4c20e6f5cc11b93731e74cbe20739821d61c3563c9f50ecb884a27cd369f01fb",
  "6aa14267d94944e6b6483c81f5ad37f87bbc7e88aa368d4aba1e71e0b79cd8c4",
  "bb9b1163338b2a51495834ad5c65420443d6327381cf0f94ebf92b117f209d72",
  "649e1f5c769e718ba10d1a702a36499a731441d960b06da91c4c97786bf84595",
  "2ff8b0fb93aca981c78f1e94355c298c23435461f1072ef4674848e620371787",
  "cf4d418ed3de92d71f767db5391d5a2dacd40e1ce49e75d1137e2ecf4982d844",
  "ad62d48d8b069026a2a0d0291f857a77e1975edf610aa3502e8bc71bd96f513a",
  "ad71fb4165536675d80a8bbfe957697e4b9e17b35d5500406abc219705337107",
  "53f5da0aaa93d64cd5772c554cbf940f0539e689dddbeb8f923eec3f72c02ea9",
  "e9974c507d2a802143f614c878fcbb622a3800e05e6e0d329fee2c5b6b243329",
]);

export function isPlaceholder(value: string): boolean {
  return (
    WORDS.has(value.toLowerCase()) ||
    INSIDE.test(value) ||
    TEMPLATE.test(value) ||
    SAYS_WHAT.test(value) ||
    isMonotonous(value) ||
    KNOWN_BEGINNINGS.some((beginning) => value.includes(beginning)) ||
    KNOWN_KEYS.has(createHash("sha256").update(value, "latin1").digest("hex"))
  );
}

/** Runs such as `1234567890abcdef` and repeats such as `abcabcabc`: most characters follow from the one before. */
function isMonotonous(value: string): boolean {
  if (value.length < 8) return false;
  let steps = 0;
  let repeats = 0;
  for (let i = 1; i < value.length; i++) {
    const step = value.charCodeAt(i) - value.charCodeAt(i - 1);
    if (step === 1 || step === 0 || step === -1) steps++;
    if (i >= 10 && value[i] === value[i - 10]) repeats++;
  }
  return steps > (value.length - 1) * 0.6 || (value.length >= 20 && repeats > (value.length - 10) * 0.8);
}

const counts = new Uint32Array(256);

/** Shannon entropy of Latin-1 text in bits per character. */
export function entropy(text: string): number {
  for (let i = 0; i < text.length; i++) {
    const byte = text.charCodeAt(i) & 255;
    counts[byte] = (counts[byte] as number) + 1;
  }
  let sum = 0;
  for (let i = 0; i < text.length; i++) {
    const byte = text.charCodeAt(i) & 255;
    const count = counts[byte] as number;
    if (count > 0) sum += count * Math.log2(count);
    counts[byte] = 0; // each once, and all are zero again
  }
  return text.length === 0 ? 0 : Math.log2(text.length) - sum / text.length;
}

/** Words run together (`TokenSmartCardSession`), as names in code are and random text is not. */
export function isCamelCase(value: string): boolean {
  return /^[a-z]*(?:[A-Z]{1,5}[a-z]{2,})*$/.test(value);
}

const NAME_PARTS =
  /^(?:[A-Z][a-z]+|[a-z]{2,}|[A-Z]{2,6}(?![a-z])|[A-Za-z]\d{1,2}[a-z]?(?![0-9])|\d{1,5}|_+)+(?:\$\d{1,3})?$/;

/**
 * Words, abbreviations and numbers run together: `Qwen2_5OmniTokenConfig`, `SensitiveString2048`, `AppService$1`. Words that begin with
 * a capital make up most of it, since of lower-case letters and digits random text is made too.
 */
export function isName(value: string): boolean {
  const words = value.match(/[A-Z][a-z]{2,}/g) ?? [];
  const letters = words.join("").length + (/^[a-z]{2,}/.exec(value)?.[0].length ?? 0);
  return words.length > 0 && letters * 2 > value.length && NAME_PARTS.test(value);
}

/** A name in code rather than a value: words, joined or run together. */
export function isIdentifier(value: string): boolean {
  const name = value.replace(/^_+|_+$/g, "");
  return (
    isCamelCase(name) ||
    (name.length >= 24 && /^(?:[A-Z][a-z]{2,}\d{0,2})+$/.test(name)) ||
    /^[A-Za-z]+(?:[_-][A-Za-z]+)+$/.test(name)
  );
}
