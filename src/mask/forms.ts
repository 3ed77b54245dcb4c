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

function wrapped(value: Buffer, columns: number): string[] {
  const encoded = value.toString("base64");
  if (encoded.length <= columns) return [];
  const lines = encoded.match(new RegExp(`.{1,${columns}}`, "g")) ?? [];
  return lines.filter((line) => line.length >= 16);
}

/** Beyond this many bytes a value is searched for in lines only where it is encoded alone: the patterns would grow too many. */
const LONGEST_IN_PARTS = 512;
/** Long, since the shortest pattern of all decides how fast the automaton skips. */
const PART = 24;
const SHORTEST_IN_PARTS = 8;

/**
 * What is left of `value` where a longer base64 text was broken into lines inside it, which may be anywhere. Every part of some
 * length counts (overlapping ones become one mask); the first and the last also with the break at each place inside.
 */
function broken(value: Buffer): string[] {
  if (value.length > LONGEST_IN_PARTS) return [];
  return stableBase64(value).flatMap((whole) => {
    const out: string[] = [];
    if (whole.length < SHORTEST_IN_PARTS) return out;
    const size = Math.min(PART, whole.length);
    for (let at = 0; at + size <= whole.length; at++) out.push(whole.slice(at, at + size));
    for (const part of [whole.slice(0, size), whole.slice(-size)]) {
      for (let at = 1; at < size; at++) {
        for (const end of ["\n", "\r\n"]) out.push(`${part.slice(0, at)}${end}${part.slice(at)}`);
      }
    }
    return out;
  });
}

const UNRESERVED = /[A-Za-z0-9_.~-]/;
/** Characters that writers of percent-encoding leave alone, beside letters and digits. */
const PERCENT_STYLES: readonly { readonly keep: RegExp; readonly plus?: true }[] = [
  { keep: UNRESERVED },
  { keep: /[A-Za-z0-9_.~/-]/ },
  { keep: /[A-Za-z0-9_.~!'()*-]/ },
  { keep: /[A-Za-z0-9_.~;,/?:@&=+$!*'()#-]/ },
  { keep: UNRESERVED, plus: true },
];

function percent(value: Buffer, style: (typeof PERCENT_STYLES)[number], lower: boolean): Buffer {
  let out = "";
  for (const byte of value) {
    const char = String.fromCharCode(byte);
    if (byte < 0x80 && style.keep.test(char)) out += char;
    else if (style.plus === true && byte === 0x20) out += "+";
    else {
      const hex = byte.toString(16).padStart(2, "0");
      out += `%${lower ? hex : hex.toUpperCase()}`;
    }
  }
  return latin(out);
}

/** Runs `encode` on the value as text; values that are not UTF-8 have no such form. */
const text = (encode: (value: string) => readonly string[]) => (value: Buffer) =>
  isUtf8(value) ? encode(value.toString("utf8")).map((form) => Buffer.from(form, "utf8")) : [];

const json = (value: string): string => JSON.stringify(value).slice(1, -1);
const unicode = (value: string, characters: RegExp): string =>
  value.replace(characters, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** `repr()` of Python: `quote` is the one that needs a backslash, empty when the other kind encloses the text. */
function pythonBytes(value: Buffer, quote: string): Buffer {
  let out = "";
  for (const byte of value) {
    const char = String.fromCharCode(byte);
    const named = { 9: "\\t", 10: "\\n", 13: "\\r", 92: "\\\\" }[byte];
    if (named !== undefined) out += named;
    else if (char === quote) out += `\\${char}`;
    else out += byte < 0x20 || byte > 0x7e ? `\\x${byte.toString(16).padStart(2, "0")}` : char;
  }
  return latin(out);
}

const pythonText = (value: string, quote: string): string =>
  value
    .replaceAll("\\", "\\\\")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t")
    .replaceAll(quote === "" ? "\u0000" : quote, quote === "" ? "\\x00" : `\\${quote}`);

const XML = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" } as const;
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
    id: "base64",
    why: "inside any base64 text, at each of the three offsets; alone, with its last partial group",
    encode: (value) =>
      [
        ...stableBase64(value),
        value.toString("base64"),
        value.toString("base64").replace(/=+$/, ""),
        ...wrapped(value, 76),
        ...wrapped(value, 64),
      ].map(latin),
  },
  {
    id: "base64 in lines",
    why: "`base64`, PEM and mail break lines at 64 or 76 characters, also in the middle of a value",
    encode: (value) => broken(value).map(latin),
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
    encode: (value) =>
      PERCENT_STYLES.flatMap((style) => [percent(value, style, false), percent(value, style, true)]),
  },
  {
    id: "json",
    why: "structured logs: plain, ASCII only, with / or <>& escaped",
    encode: text((value) => [
      json(value),
      unicode(json(value), /[\u007f-\uffff]/g),
      unicode(json(value), /[<>&\u2028\u2029]/g),
      json(value).replaceAll("/", "\\/"),
    ]),
  },
  {
    id: "shell",
    why: "set -x and printf %q",
    encode: text((value) => [
      value.replaceAll("'", "'\\''"),
      value.replaceAll("'", `'"'"'`),
      value.replace(/[\\"$`]/g, "\\$&"),
      value.replace(/[^A-Za-z0-9_@%+=:,./\u0080-\uffff-]/g, "\\$&"),
      value.replace(/[\\']/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\t", "\\t").replaceAll("\r", "\\r"),
    ]),
  },
  {
    id: "python",
    why: "repr() of text and of bytes",
    encode: (value) => [
      ...["'", '"', ""].map((quote) => pythonBytes(value, quote)),
      ...text((t) => ["'", '"', ""].map((quote) => pythonText(t, quote)))(value),
    ],
  },
  { id: "xml", why: "markup", encode: text((value) => [xml(value, /[&<>]/g), xml(value, /[&<>"]/g)]) },
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

/** The shortest line of a longer value that is masked by itself. */
export const SHORTEST_LINE = 8;
const ARMOUR = /^-----(BEGIN|END) [A-Z0-9 ]+-----$/;

/** Without white space of ASCII at both ends (bytes above it may belong to a character of UTF-8). */
export const trim = (value: string): string => value.replace(/^[\t-\r ]+/, "").replace(/[\t-\r ]+$/, "");

/** Leaves of a value that jobs take apart and print by themselves, searched for in every form. */
export function leaves(value: Buffer): Buffer[] {
  const whole = value.toString("latin1");
  const out: string[] = [whole];
  if (/^\s*[{[]/.test(whole) && isUtf8(value)) out.push(...jsonLeaves(value.toString("utf8")));
  const dsn = /^[a-z][a-z0-9+.-]*:\/\/[^\s:@/]*:([^\s@/]+)@/i.exec(trim(whole))?.[1];
  if (dsn !== undefined) {
    out.push(dsn);
    if (dsn.includes("%")) out.push(latin1OfPercent(dsn));
  }
  const jwt = /^eyJ[\w-]{8,}\.([\w-]{16,})\.([\w-]{16,})$/.exec(trim(whole));
  if (jwt !== null) out.push(jwt[1] ?? "", jwt[2] ?? "");
  return [...new Set(out.flatMap((leaf) => [leaf, trim(leaf)]))].map(latin);
}

/** Lines of a value of several lines, searched for as they are; armour lines hold nothing secret. */
export function lines(value: Buffer): Buffer[] {
  const parts = value.toString("latin1").split(/\r?\n/);
  if (parts.length < 2) return [];
  return parts
    .map((line) => trim(line))
    .filter((line) => line.length >= SHORTEST_LINE && !ARMOUR.test(line))
    .map(latin);
}

function latin1OfPercent(encoded: string): string {
  return encoded.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** Long strings inside a JSON value, as latin1 text of their UTF-8 bytes; addresses are not secret. */
function jsonLeaves(source: string): string[] {
  const out: string[] = [];
  try {
    JSON.parse(source, (_, leaf: unknown) => {
      if (
        typeof leaf === "string" &&
        leaf.length >= 20 &&
        !/^https?:\/\/[^@]*$|^[\w.+-]+@[\w.-]+$/.test(leaf)
      ) {
        out.push(Buffer.from(leaf, "utf8").toString("latin1"));
      }
      return leaf;
    });
  } catch {
    // not JSON after all: the whole value is still masked
  }
  return out;
}
