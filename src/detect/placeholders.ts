/** Tells values from stand-ins: what documentation, templates and tests write where a credential would be. */
import { createHash } from "node:crypto";

/** Whole values that mean "put yours here" or that open nothing but a developer's own machine. */
const WORDS = new Set(
  (
    "password passwd pass pwd secret token apikey api_key api-key key user username root admin test testing tester guest " +
    "postgres postgresql mysql mongo mongodb redis changeme change_me change-me changeit default none null nil undefined true false " +
    "foo bar baz qux foobar hunter2 letmein qwerty string value todo fixme tbd na n/a xxx local localhost development dev staging prod " +
    "scott tiger admin12345 mypassword my_password mysecret my_secret mytoken my-token your_password yourpassword p@ssw0rd passw0rd pass123 password1 password123 test123 admin123 secret123"
  ).split(" "),
);

const INSIDE =
  /example|x{5,}|\*{3,}|\.{3,}|<[^>]*>|\$\{|\$\(|\{\{|%\(|#\{|change[-_ ]?me|placeholder|redacted|dummy|your[-_ ]?(?:own[-_ ]?)?(?:api|key|token|secret|password|openai|anthropic|access|account|project|hf|aws)|(?:api|secret|access)[-_]?key[-_]?here|(?:key|token|secret|password)[-_ ]?here|insert[-_ ]|replace[-_ ]?(?:me|with|this)|not[-_ ]?(?:a[-_ ]?)?real|[-_]fake[-_]|^fake[-_]|sample[-_ ]?(?:key|token|secret)/i;

/** Beginnings of tokens that vendors print in their documentation or ship for local development. */
const KNOWN_BEGINNINGS = [
  "eyJpc3MiOiJzdXBhYmFzZS1kZW1v", // local Supabase: issuer supabase-demo
  "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9l", // the introduction to JWT
];

/** SHA-256 of keys that are public knowledge: the storage emulator's. */
const KNOWN_KEYS = new Set(["0011cc25eb4320717494d2703e8cba85743e71b500283c21c8b88147992f9059"]);

export function isPlaceholder(value: string): boolean {
  return (
    WORDS.has(value.toLowerCase()) ||
    INSIDE.test(value) ||
    isMonotonous(value) ||
    KNOWN_BEGINNINGS.some((beginning) => value.includes(beginning)) ||
    (value.length === 88 && KNOWN_KEYS.has(createHash("sha256").update(value, "latin1").digest("hex")))
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

/** A name in code rather than a value: plain words, joined or run together. */
export function isIdentifier(value: string): boolean {
  return isCamelCase(value) || /^[A-Za-z]+(?:[_-][A-Za-z]+)+$/.test(value);
}
