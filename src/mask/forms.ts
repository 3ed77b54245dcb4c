/**
 * The forms in which a known value turns up in output: one row each. A row gives the byte strings to search for; the
 * masker removes duplicates, so a row may give the value itself where its encoding changes nothing.
 */
import { isUtf8 } from "node:buffer";

export interface Form {
  readonly id: string;
  /** Where output in this form comes from. */
  readonly why: string;
  /** Byte strings to mask for `value`; the buffers are the caller's. */
  readonly encode: (value: Buffer) => readonly Buffer[];
}

const latin = (text: string): Buffer => Buffer.from(text, "latin1");
const url64 = (text: string): string => text.replaceAll("+", "-").replaceAll("/", "_");

/**
 * What base64 of any text that contains `value` must contain: the characters whose six bits all lie inside the value,
 * for each of the three ways the value can fall on the groups of three bytes.
 */
function stableBase64(value: Buffer): string[] {
  return [0, 1, 2].map((phase) => {
    const encoded = Buffer.concat([Buffer.alloc(phase), value]).toString("base64");
    return encoded.slice(Math.ceil((8 * phase) / 6), Math.floor((8 * (phase + value.length)) / 6));
  });
}

interface Spelling {
  /** How each byte is written, by its value. */
  readonly written: readonly string[];
  /** By byte: 1 where that is not the byte itself. */
  readonly changes: Uint8Array;
}
function spelling(write: (byte: number, char: string) => string): Spelling {
  const all = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));
  const written = all.map((char, byte) => write(byte, char));
  return { written, changes: Uint8Array.from(all, (char, byte) => (written[byte] === char ? 0 : 1)) };
}

/** `value` itself where nothing in it is written in another way. */
function spell(value: Buffer, { written, changes }: Spelling): Buffer {
  let at = 0;
  while (at < value.length && changes[value[at] as number] === 0) at++;
  if (at === value.length) return value;
  let out = "";
  for (const byte of value) out += written[byte] as string;
  return latin(out);
}

const hexByte = (byte: number): string => byte.toString(16).padStart(2, "0");

const UNRESERVED = /[A-Za-z0-9_.~-]/;
/** Characters that writers of percent-encoding leave alone, beside letters and digits; each style with either case of digits. */
const PERCENT_STYLES: readonly Spelling[] = [
  { keep: UNRESERVED },
  { keep: /[A-Za-z0-9_.~/-]/ },
  { keep: /[A-Za-z0-9_.~!'()*-]/ },
  { keep: /[A-Za-z0-9_.~;,/?:@&=+$!*'()#-]/ },
  { keep: UNRESERVED, plus: true },
  { keep: /[A-Za-z0-9*._-]/, plus: true },
  { keep: /[A-Za-z0-9]/ },
].flatMap(({ keep, plus }) =>
  [(byte: number) => hexByte(byte).toUpperCase(), hexByte].map((digits) =>
    spelling((byte, char) => {
      if (byte < 0x80 && keep.test(char)) return char;
      return plus === true && byte === 0x20 ? "+" : `%${digits(byte)}`;
    }),
  ),
);

/** No notation of text writes these in another way. */
const PLAIN = /^[A-Za-z0-9_.:=+,-]*$/;

/** Runs `encode` on the value as text; values that are not UTF-8 have no such form. */
const text = (encode: (value: string) => readonly string[]) => (value: Buffer) => {
  if (PLAIN.test(value.toString("latin1"))) return [value];
  return isUtf8(value) ? encode(value.toString("utf8")).map((form) => Buffer.from(form, "utf8")) : [];
};

const json = (value: string): string => JSON.stringify(value).slice(1, -1);
const unicode = (value: string, characters: RegExp, upper = false): string =>
  value.replace(characters, (c) => {
    const hex = c.charCodeAt(0).toString(16).padStart(4, "0");
    return `\\u${upper ? hex.toUpperCase() : hex}`;
  });

const PYTHON: Readonly<Record<number, string>> = { 9: "\\t", 10: "\\n", 13: "\\r", 92: "\\\\" };
/** `repr()` of Python's bytes: one for each quote that needs a backslash, none when the other kind encloses the text. */
const PYTHON_BYTES = ["'", '"', ""].map((quote) =>
  spelling((byte, char) => {
    const plain = byte < 0x20 || byte > 0x7e ? `\\x${hexByte(byte)}` : char;
    return PYTHON[byte] ?? (char === quote ? `\\${char}` : plain);
  }),
);

const pythonText = (value: string, quote: string): string =>
  value
    .replaceAll("\\", "\\\\")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t")
    .replaceAll(quote === "" ? "\u0000" : quote, quote === "" ? "\\x00" : `\\${quote}`);

const shell = (value: string): string[] => [
  value.replaceAll("'", "'\\''"),
  value.replaceAll("'", `'"'"'`),
  value.replace(/[\\"$`]/g, "\\$&"),
  value.replace(/[^A-Za-z0-9_@%+=:,./\u0080-\uffff-]/g, "\\$&"),
];

const DOLLAR: Readonly<Record<number, string>> = {
  7: "\\a",
  8: "\\b",
  9: "\\t",
  10: "\\n",
  11: "\\v",
  12: "\\f",
  13: "\\r",
  27: "\\E",
  39: "\\'",
  92: "\\\\",
};

/** Between `$'` and `'`, as bash prints it in a UTF-8 locale and in another. */
const DOLLAR_QUOTED = [0xff, 0x7e].map((last) =>
  spelling((byte, char) => {
    const octal = byte < 0x20 || byte === 0x7f || byte > last;
    return DOLLAR[byte] ?? (octal ? `\\${byte.toString(8).padStart(3, "0")}` : char);
  }),
);

const XML = { "&": "&amp;", "<": "&lt;", ">": "&gt;" } as const;
const xml = (value: string, characters: RegExp): string =>
  value.replace(characters, (c) => XML[c as keyof typeof XML]);

export const forms: readonly Form[] = [
  { id: "raw", why: "printed as it is", encode: (value) => [value] },
  {
    id: "crlf",
    why: "terminals and Windows tools end lines with CR LF, others take the CR away",
    encode: (value) => ["\r\n", "\n"].map((end) => latin(value.toString("latin1").replace(/\r?\n/g, end))),
  },
  {
    id: "white space",
    why: "`echo $VALUE` makes one blank of every run, `set -x` and folded YAML a line end",
    encode: (value) => {
      const whole = trim(value.toString("latin1"));
      return /\s/.test(whole) ? [" ", "\n", ""].map((one) => latin(whole.replace(/[\t-\r ]+/g, one))) : [];
    },
  },
  {
    id: "base64",
    why: "inside any base64 text, at each of the three offsets; alone, with its last partial group",
    encode: (value) =>
      [...stableBase64(value), value.toString("base64"), value.toString("base64").replace(/=+$/, "")].map(
        latin,
      ),
  },
  {
    id: "base64url",
    why: "tokens and cursors",
    encode: (value) => [...stableBase64(value).map(url64), value.toString("base64url")].map(latin),
  },
  {
    id: "hex",
    why: "dumps and digests, both cases, also with colons",
    encode: (value) => {
      const hex = value.toString("hex");
      const colons = hex.match(/../g)?.join(":") ?? "";
      return [hex, hex.toUpperCase(), colons, colons.toUpperCase()].map(latin);
    },
  },
  {
    id: "percent",
    why: "URLs and form bodies in logs",
    encode: (value) => PERCENT_STYLES.map((style) => spell(value, style)),
  },
  {
    id: "json",
    why: "structured logs: plain, ASCII only, with / or <>& escaped",
    encode: text((value) => [
      json(value),
      ...[false, true].flatMap((upper) =>
        [/[\u007f-\uffff]/g, /[<>&\u2028\u2029]/g, /[<>&'\u007f-\uffff]/g].map((characters) =>
          unicode(json(value), characters, upper),
        ),
      ),
      json(value).replaceAll("/", "\\/"),
      unicode(json(value), /[\u007f-\uffff]/g).replaceAll("/", "\\/"),
      JSON.stringify(json(value)).slice(1, -1),
    ]),
  },
  {
    id: "shell",
    why: "set -x and printf %q",
    encode: (value) => [...text(shell)(value), ...DOLLAR_QUOTED.map((how) => spell(value, how))],
  },
  {
    id: "python",
    why: "repr() of text and of bytes",
    encode: (value) => [
      ...PYTHON_BYTES.map((how) => spell(value, how)),
      ...text((t) => ["'", '"', ""].map((quote) => pythonText(t, quote)))(value),
    ],
  },
  {
    id: "xml",
    why: "markup, with the quotes as they are, by name or by number",
    encode: text((value) => {
      const plain = xml(value, /[&<>]/g);
      const named = plain.replaceAll('"', "&quot;");
      return [
        plain,
        named,
        ...["&apos;", "&#39;", "&#x27;", "&#039;"].map((one) => named.replaceAll("'", one)),
      ].concat(plain.replaceAll('"', "&#34;").replaceAll("'", "&#39;"));
    }),
  },
  {
    id: "utf16",
    why: "Windows tools and some binary formats",
    encode: (value) => {
      if (!isUtf8(value)) return [];
      const little = Buffer.from(value.toString("utf8"), "utf16le");
      return [little, Buffer.from(little).swap16()];
    },
  },
];

/** Without white space of ASCII at both ends (bytes above it may belong to a character of UTF-8). */
export const trim = (value: string): string => value.replace(/^[\t-\r ]+/, "").replace(/[\t-\r ]+$/, "");
