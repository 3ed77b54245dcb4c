/**
 * Text with places for secrets: `postgres://${db.username}:${db.password}@host/x`. A place may have filters (`${db.password|json}`), and
 * `$${` stands for `${`. Filling works on bytes, so that a value which is no text passes unchanged and nothing of it becomes a string
 * that cannot be erased, except where a filter has to read it as text.
 */
import { isUtf8 } from "node:buffer";
import { BulkheadError } from "./errors.ts";
import { Secret } from "./secret.ts";

export type TemplatePart =
  | { readonly kind: "text"; readonly text: string }
  /** `name` as it stands between `${` and the first `|`, without white space around it; `line` is 1-based. */
  | {
      readonly kind: "place";
      readonly name: string;
      readonly filters: readonly TemplateFilter[];
      readonly line: number;
    };

export type TemplateFilter = keyof typeof FILTERS;

/** RFC 3986: what is not unreserved is encoded, so that a value can stand in every part of an address. */
const percent = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

/** `null`: the bytes as they are, and no encoding by default either. */
const FILTERS = {
  raw: null,
  json: (text: string) => JSON.stringify(text).slice(1, -1),
  url: percent,
  shell: (text: string) => `'${text.replaceAll("'", "'\\''")}'`,
  base64: "base64",
} as const;

export const templateFilters = Object.keys(FILTERS) as readonly TemplateFilter[];

/** Throws `template.invalid` naming the line, never the text around it. */
export function parseTemplate(text: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let plain = "";
  let at = 0;
  const lineOf = (index: number): number => text.slice(0, index).split("\n").length;
  for (;;) {
    const open = text.indexOf("${", at);
    if (open < 0) break;
    if (text[open - 1] === "$" && open - 1 >= at) {
      plain += `${text.slice(at, open - 1)}\${`;
      at = open + 2;
      continue;
    }
    plain += text.slice(at, open);
    const line = lineOf(open);
    const close = text.indexOf("}", open);
    if (close < 0) throw invalid(line, "a `${` has no `}`");
    const [name = "", ...words] = text
      .slice(open + 2, close)
      .split("|")
      .map((one) => one.trim());
    if (name === "" || /\s/.test(name)) throw invalid(line, "between `${` and `}` stands a secret's name");
    const filters = words.map((word) => {
      const filter = templateFilters.find((one) => one === word);
      if (filter === undefined)
        throw invalid(line, `\`${word.slice(0, 20)}\` is no filter (${templateFilters.join(", ")})`);
      return filter;
    });
    if (plain !== "") parts.push({ kind: "text", text: plain });
    plain = "";
    parts.push({ kind: "place", name, filters, line });
    at = close + 1;
  }
  plain += text.slice(at);
  if (plain !== "") parts.push({ kind: "text", text: plain });
  return parts;
}

const invalid = (line: number, problem: string): BulkheadError =>
  new BulkheadError("template.invalid", { line, problem });

/** In an address (`scheme://…`) each place without a filter is percent-encoded: a `@` in a password must not end it. */
export function inAddress(parts: readonly TemplatePart[]): TemplatePart[] {
  const [first] = parts;
  const address = first?.kind === "text" && /^[a-z][a-z0-9+.-]*:\/\//i.test(first.text);
  return parts.map((part) =>
    address && part.kind === "place" && part.filters.length === 0 ? { ...part, filters: ["url"] } : part,
  );
}

/** The names of its places, each once. */
export const placesOf = (parts: readonly TemplatePart[]): string[] => [
  ...new Set(parts.flatMap((part) => (part.kind === "place" ? [part.name] : []))),
];

/** Throws `template.not-text` where a filter meets bytes that are no UTF-8. `valueOf` must know every place's name. */
export function fillTemplate(parts: readonly TemplatePart[], valueOf: (name: string) => Secret): Secret {
  const own: Buffer[] = [];
  const pieces = parts.map((part) => {
    if (part.kind === "text") return Buffer.from(part.text);
    const bytes = part.filters.reduce<Buffer>(
      (value, filter) => {
        const encoded = encode(value, filter, part);
        own.push(encoded);
        return encoded;
      },
      Buffer.from(valueOf(part.name).reveal()),
    );
    own.push(bytes);
    return bytes;
  });
  const whole = Buffer.concat(pieces);
  for (const piece of own) piece.fill(0);
  return Secret.own(whole);
}

function encode(
  value: Buffer,
  filter: TemplateFilter,
  { name, line }: { name: string; line: number },
): Buffer {
  const how = FILTERS[filter];
  if (how === null) return Buffer.from(value);
  if (how === "base64") return Buffer.from(value.toString("base64"));
  if (!isUtf8(value)) throw new BulkheadError("template.not-text", { name, filter, line });
  if (filter === "shell" && value.includes(0))
    throw new BulkheadError("template.not-text", { name, filter, line });
  return Buffer.from(how(value.toString("utf8")));
}
