/**
 * Puts nodes together for every reader of YAML: unique keys, merge keys, aliases. An alias is the same object again, so memory is that of
 * the text; what a walk over it would cost is counted, and refused beyond a bound (a "bomb").
 */
import type { ScalarStyle, SourceFile } from "../model.ts";
import { Entry, scalar, list, map, unique } from "./nodes.ts";
import type { ParsedYaml, YamlEntry, YamlNode, YamlProblem, YamlScalar } from "./types.ts";

/** Nodes after all aliases are followed; a file of 50,000 lines has some 150,000. */
export const MAX_NODES = 2_000_000;
export const MAX_DEPTH = 100;

interface Open {
  readonly kind: "map" | "list";
  readonly start: number;
  readonly entries: YamlEntry[];
  readonly items: YamlNode[];
  readonly anchor: string | null;
  readonly flow: boolean;
  key: YamlScalar | null;
  expecting: boolean;
  size: number;
  /** Positions in `entries` of `<<`. */
  merges: number[] | null;
}

export class Builder {
  readonly #file: SourceFile;
  readonly #text: string;
  readonly #documents: (YamlNode | null)[] = [];
  readonly #problems: YamlProblem[] = [];
  readonly #stack: Open[] = [];
  readonly #anchors = new Map<string, { readonly node: YamlNode; readonly size: number }>();
  #root: YamlNode | null = null;

  constructor(file: SourceFile) {
    this.#file = file;
    this.#text = file.text;
  }

  problem(problem: YamlProblem): void {
    this.#problems.push(problem);
  }

  scalar(value: string, start: number, end: number, style: ScalarStyle, anchor: string | null = null): void {
    const until = style === "literal" || style === "folded" ? this.#lastLine(start, end) : end;
    const node = scalar(this.#file, value, start, until, style);
    if (anchor !== null) this.#anchors.set(anchor, { node, size: 1 });
    this.#add(node, 1);
  }

  open(kind: "map" | "list", start: number, flow: boolean, anchor: string | null = null): void {
    this.#stack.push({
      kind,
      start,
      entries: [],
      items: [],
      anchor,
      flow,
      key: null,
      expecting: false,
      size: 1,
      merges: null,
    });
  }

  /** `end` is computed from the last child when it is not known. */
  close(end?: number): void {
    const top = this.#stack.pop();
    if (top === undefined) return;
    const last = top.kind === "map" ? top.entries.at(-1)?.value : top.items.at(-1);
    const until = end ?? (top.flow ? this.#bracket(last?.end ?? top.start + 1) : (last?.end ?? top.start));
    const node =
      top.kind === "map"
        ? map(this.#file, this.#unique(top), top.start, until)
        : list(this.#file, top.items, top.start, until);
    if (top.anchor !== null) this.#anchors.set(top.anchor, { node, size: top.size });
    this.#add(node, top.size);
  }

  alias(name: string, start: number, end: number): void {
    const target = this.#anchors.get(name);
    if (target === undefined) {
      this.problem({
        id: "unknown-anchor",
        message: `nothing is anchored as &${name} before this`,
        start,
        end,
      });
      this.#add(scalar(this.#file, "", start, end, "plain"), 1);
    } else this.#add(target.node, target.size);
  }

  endDocument(): void {
    this.#documents.push(this.#root);
    this.#root = null;
    this.#anchors.clear();
  }

  result(): ParsedYaml {
    return { file: this.#file, documents: this.#documents, problems: this.#problems };
  }

  #add(node: YamlNode, size: number): void {
    const top = this.#stack.at(-1);
    if (top === undefined) {
      this.#root = node;
      return;
    }
    top.size += size;
    if (top.size > MAX_NODES) throw new TooLarge(node.start);
    if (top.kind === "list") top.items.push(node);
    else if (!top.expecting) {
      top.key = this.#asKey(node);
      top.expecting = true;
    } else {
      top.expecting = false;
      if (top.key === null) return;
      if (top.key.value === "<<" && top.key.style === "plain") (top.merges ??= []).push(top.entries.length);
      top.entries.push(new Entry(top.key.value, top.key.start, top.key.end, node));
    }
  }

  #asKey(node: YamlNode): YamlScalar | null {
    if (node.kind === "scalar") return node;
    this.problem({ id: "wrong-type", message: "a key must be text", start: node.start, end: node.end });
    return null;
  }

  #unique(top: Open): YamlEntry[] {
    const entries = top.merges === null ? top.entries : this.#merged(top.entries, top.merges);
    return unique(entries, (problem) => this.problem(problem));
  }

  /** https://yaml.org/type/merge.html: a map's own keys win, and of several merged maps the earlier ones. */
  #merged(entries: readonly YamlEntry[], merges: readonly number[]): YamlEntry[] {
    const own = entries.filter((_, at) => !merges.includes(at));
    const names = new Set(own.map(({ name }) => name));
    for (const at of merges) {
      const from = entries[at]?.value;
      const maps = from?.kind === "list" ? from.items : from === undefined ? [] : [from];
      for (const map of maps) {
        if (map.kind !== "map") {
          this.problem({ id: "wrong-type", message: "`<<` takes maps", start: map.start, end: map.end });
          continue;
        }
        for (const entry of map.entries) {
          if (names.has(entry.name)) continue;
          names.add(entry.name);
          own.push(entry);
        }
      }
    }
    return own;
  }

  /** Readers differ on the blank lines behind a block: its last line is the last one that says something. */
  #lastLine(start: number, end: number): number {
    let at = end;
    while (at > start && this.#text.charCodeAt(at - 1) <= 32) at--;
    return at;
  }

  /** Behind the bracket that closes a flow collection: blanks, commas and comments may stand before it. */
  #bracket(from: number): number {
    const rest = /(?:[\s,]|#[^\n]*\n)*[\]}]?/y;
    rest.lastIndex = from;
    const found = rest.exec(this.#text);
    return found === null ? from : from + found[0].length;
  }
}

/** Aliases that would be walked for too long. */
export class TooLarge extends Error {
  readonly offset: number;
  constructor(offset: number) {
    super("too many nodes behind aliases");
    this.offset = offset;
  }
}
