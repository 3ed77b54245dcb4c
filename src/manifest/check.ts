/** Walks the YAML nodes along the shapes: every problem with its place, and what is sound as cells with their places. */
import { isBulkheadError, nearest } from "../core/errors.ts";
import { providerNames } from "../providers/lookup.ts";
import { type Problems, shown } from "./problems.ts";
import { expectedOf } from "./shape.ts";
import type { Shape, TextRule } from "./shape.ts";
import type { At } from "./types.ts";
import { isMap, isScalar, isSeq } from "./yaml.ts";
import type { ParsedYaml, Scalar, YAMLMap } from "./yaml.ts";

/** A sound piece of the file. Unsound parts are left out (their problem is recorded), so that the rest can still be checked. */
export type Cell =
  | { readonly kind: "text"; readonly text: string; readonly at: At }
  | { readonly kind: "flag"; readonly flag: boolean; readonly at: At }
  | { readonly kind: "int"; readonly int: number; readonly at: At }
  | { readonly kind: "list"; readonly items: readonly Cell[]; readonly at: At }
  | { readonly kind: "map"; readonly entries: ReadonlyMap<string, Entry>; readonly at: At };

export interface Entry {
  readonly keyAt: At;
  /** null when the value was unsound. */
  readonly cell: Cell | null;
}

export class Checker {
  readonly #problems: Problems;
  readonly #at: ParsedYaml["at"];
  /** What the whole file is called in messages. */
  readonly #whole: string;
  readonly #page: string;

  constructor(
    problems: Problems,
    at: ParsedYaml["at"],
    { whole = "the declaration", page = "docs/manifest.md" }: { whole?: string; page?: string } = {},
  ) {
    this.#problems = problems;
    this.#at = at;
    this.#whole = whole;
    this.#page = page;
  }

  /** null when the node is unsound as a whole. `where` names it in messages: `stages.train.use`; "" at the top. */
  check(shape: Shape, node: unknown, where: string, keyAt: At): Cell | null {
    const at = node === null || node === undefined ? keyAt : this.#at(node);
    switch (shape.kind) {
      case "either": {
        const chosen = isMap(node) ? shape.map : isSeq(node) ? shape.list : shape.scalar;
        if (chosen === undefined || isNull(node)) return this.#wrong(shape, node, where, at);
        return this.check(chosen, node, where, keyAt);
      }
      case "text": {
        const text = textOf(node, shape.rule.scalars === true);
        if (text === null) return this.#wrong(shape, node, where, at);
        return this.#rule(shape.rule, text, where, at) ? { kind: "text", text, at } : null;
      }
      case "flag":
        if (!isScalar(node) || typeof node.value !== "boolean") return this.#wrong(shape, node, where, at);
        return { kind: "flag", flag: node.value, at };
      case "int": {
        const int = isScalar(node) && typeof node.value === "number" ? node.value : Number.NaN;
        if (!Number.isInteger(int) || int < shape.min || int > shape.max)
          return this.#wrong(shape, node, where, at);
        return { kind: "int", int, at };
      }
      case "list": {
        if (!isSeq(node)) return this.#wrong(shape, node, where, at);
        if (node.items.length < (shape.min ?? 0)) this.#empty(where, at);
        const items = node.items.map((item, index) => this.check(shape.item, item, `${where}[${index}]`, at));
        return { kind: "list", items: items.filter((cell) => cell !== null), at };
      }
      case "record": {
        if (!isMap(node)) return this.#wrong(shape, node, where, at);
        if (node.items.length < (shape.min ?? 0)) this.#empty(where, at);
        const entries = new Map<string, Entry>();
        for (const { key, keyAt: place, value } of this.#pairs(node, where, at)) {
          if (!this.#rule(shape.key, key, `a key of ${where}`, place)) continue;
          entries.set(key, { keyAt: place, cell: this.check(shape.value, value, join(where, key), place) });
        }
        return { kind: "map", entries, at };
      }
      case "object":
        return this.#object(shape, node, where, at);
    }
  }

  #object(shape: Extract<Shape, { kind: "object" }>, node: unknown, where: string, at: At): Cell | null {
    if (isNull(node) && shape.emptyIsFine === true) return { kind: "map", entries: new Map(), at };
    if (!isMap(node)) return this.#wrong(shape, node, where, at);
    const known = Object.keys(shape.keys);
    const place = where === "" ? this.#whole : where;
    const entries = new Map<string, Entry>();
    for (const { key, keyAt, value } of this.#pairs(node, where, at)) {
      const one = Object.hasOwn(shape.keys, key) ? shape.keys[key] : undefined;
      if (one === undefined) {
        const near = nearest(key, known);
        this.#problems.add(
          keyAt,
          "manifest.unknown-key",
          { key: shown(key), where: place, known },
          near === null ? undefined : `did you mean \`${near}\`?`,
        );
        continue;
      }
      entries.set(key, { keyAt, cell: this.check(one.shape, value, join(where, key), keyAt) });
    }
    for (const [key, { required, description }] of Object.entries(shape.keys))
      if (required === true && !entries.has(key))
        this.#problems.add(at, "manifest.missing-key", { where: place, key, help: hintOf(description) });
    return { kind: "map", entries, at };
  }

  /** Keys as text, each once; others are problems. */
  *#pairs(node: YAMLMap, where: string, at: At): Generator<{ key: string; keyAt: At; value: unknown }> {
    const seen = new Map<string, At>();
    for (const pair of node.items) {
      const key = textOf(pair.key, true) ?? (isNull(pair.key) ? "" : null);
      const keyAt = isScalar(pair.key) ? this.#at(pair.key) : at;
      if (key === "<<") {
        this.#problems.add(keyAt, "manifest.alias");
        continue;
      }
      if (key === null) {
        this.#problems.add(keyAt, "manifest.wrong-type", {
          where: `a key of ${where === "" ? this.#whole : where}`,
          expected: "text",
          found: foundOf(pair.key),
          help: "keys are plain words",
        });
        continue;
      }
      const first = seen.get(key);
      if (first !== undefined) {
        this.#problems.add(keyAt, "manifest.duplicate-key", {
          key: shown(key),
          where: where === "" ? this.#whole : where,
          first: first.line,
        });
        continue;
      }
      seen.set(key, keyAt);
      yield { key, keyAt, value: pair.value };
    }
  }

  #rule(rule: TextRule, text: string, where: string, at: At): boolean {
    const words = rule.words?.();
    const wrong =
      (words !== undefined && !words.includes(text)) ||
      (rule.pattern !== undefined && !new RegExp(rule.pattern, "u").test(text));
    const problem = wrong ? `\`${shown(text)}\` is not ${rule.expected}` : problemOf(rule, text);
    if (problem === null) return true;
    if (rule.code !== undefined) {
      const hint = suggestion(rule, text);
      this.#problems.add(at, rule.code, { name: shown(text), what: rule.what ?? "" }, hint ?? undefined);
      return false;
    }
    const near = words === undefined ? null : nearest(text, words);
    const help =
      near !== null
        ? `did you mean \`${near}\`?`
        : words === undefined
          ? wrong
            ? ""
            : `it must be ${rule.expected}`
          : `one of ${words.join(", ")}`;
    this.#problems.add(at, "manifest.bad-value", { where: this.#label(where), problem, help });
    return false;
  }

  #wrong(shape: Shape, node: unknown, where: string, at: At): null {
    const number = isScalar(node) && ["number", "boolean"].includes(typeof node.value);
    this.#problems.add(at, "manifest.wrong-type", {
      where: this.#label(where),
      expected: expectedOf(shape),
      found: foundOf(node),
      help: shape.kind === "text" && number ? "put it in quotes" : `see the example in ${this.#page}`,
    });
    return null;
  }

  #label(where: string): string {
    return where === "" ? this.#whole : where;
  }

  #empty(where: string, at: At): void {
    this.#problems.add(at, "manifest.bad-value", {
      where: this.#label(where),
      problem: "it is empty",
      help: "leave the key out, or give at least one entry",
    });
  }
}

const join = (where: string, key: string): string => (where === "" ? shown(key) : `${where}.${shown(key)}`);
const hintOf = (description: string): string =>
  `${description.charAt(0).toLowerCase()}${description.slice(1).replace(/\.$/, "")}`;
const isNull = (node: unknown): boolean =>
  node === null || node === undefined || (isScalar(node) && node.value === null);

function problemOf(rule: TextRule, text: string): string | null {
  try {
    return rule.check?.(text) ?? null;
  } catch (error) {
    if (isBulkheadError(error)) return error.message;
    throw error;
  }
}

/** A name that would do, or the provider that was meant. */
function suggestion(rule: TextRule, text: string): string | null {
  if (rule.code === "manifest.unknown-provider") {
    const near = nearest(text, providerNames());
    return near === null ? null : `did you mean \`${near}\`?`;
  }
  if (rule.code !== "manifest.bad-name" || text.length > 200) return null;
  const better = asName(text);
  return /^[\x20-\x7e]+$/.test(text) && better.length > 0 && better !== text && !/["{}/\\*+]/.test(text)
    ? `write \`${better}\`: names have lower-case letters, digits and \`-\``
    : null;
}

/** The nearest sound name: `Train_Model.py` → `train-model-py`. Empty when nothing is left. */
export function asName(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 63)
    .replace(/^-+|-+$/g, "");
}

/** Text as it was written: `3.0` stays `3.0`, `010` stays `010`. null for what is no text. */
function textOf(node: unknown, scalars: boolean): string | null {
  if (!isScalar(node)) return null;
  const { value, source } = node as Scalar;
  if (typeof value === "string") return value;
  if (value === null || !scalars) return null;
  return source ?? String(value);
}

function foundOf(node: unknown): string {
  if (isNull(node)) return "nothing";
  if (isMap(node)) return "a map";
  if (isSeq(node)) return "a list";
  if (!isScalar(node)) return "something else";
  const names: Readonly<Record<string, string>> = {
    string: "text",
    number: "a number",
    boolean: "true or false",
  };
  return names[typeof node.value] ?? "something else";
}
