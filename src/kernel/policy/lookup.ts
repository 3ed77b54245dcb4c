/** Where the rules of an ACL are found: an exact table, a prefix table, and a tree of segments. Built once, then only read. */
import { compareRank, patternKind, type Rank, rankOf } from "./pattern.ts";
import { Permissions } from "./permissions.ts";
import type { PathRule } from "./types.ts";

interface Ranked {
  readonly permissions: Permissions;
  readonly rank: Rank;
  /** Place among all non-exact patterns of this ACL: the highest wins. */
  place: number;
}

/** Prefixes by text and, longest first, the lengths there are: a lookup costs one hash per different length. */
class PrefixTable {
  readonly #byText = new Map<string, Ranked>();
  #lengths: readonly number[] = [];

  set(prefix: string, found: Ranked): void {
    this.#byText.set(prefix, found);
    if (!this.#lengths.includes(prefix.length))
      this.#lengths = [...this.#lengths, prefix.length].sort((a, b) => b - a);
  }

  longest(text: string): Ranked | undefined {
    for (const length of this.#lengths) {
      if (length > text.length) continue;
      const found = this.#byText.get(length === text.length ? text : text.slice(0, length));
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

class SegmentNode {
  readonly literals = new Map<string, SegmentNode>();
  plus: SegmentNode | null = null;
  /** The pattern that ends here. */
  end: Ranked | null = null;
  /** Patterns with `*`: what the segment at this place must begin with. */
  prefixes: PrefixTable | null = null;

  child(segment: string): SegmentNode {
    if (segment === "+") return (this.plus ??= new SegmentNode());
    let next = this.literals.get(segment);
    if (next === undefined) this.literals.set(segment, (next = new SegmentNode()));
    return next;
  }
}

export class RuleIndex {
  readonly #exact = new Map<string, Permissions>();
  readonly #ranked = new Map<string, Ranked>();
  readonly #prefixes = new PrefixTable();
  #segments: SegmentNode | null = null;

  /** `path`: the rule's, its template filled in. */
  add(path: string, rule: PathRule, policy: string): void {
    const kind = patternKind(path);
    if (kind === "exact") {
      let permissions = this.#exact.get(path);
      if (permissions === undefined) this.#exact.set(path, (permissions = new Permissions(path)));
      permissions.merge(rule, policy);
      return;
    }
    let ranked = this.#ranked.get(path);
    if (ranked === undefined) {
      ranked = { permissions: new Permissions(path), rank: rankOf(path, kind), place: 0 };
      this.#ranked.set(path, ranked);
      if (kind === "prefix") this.#prefixes.set(path.slice(0, -1), ranked);
      else this.#addSegments(path, ranked);
    }
    ranked.permissions.merge(rule, policy);
  }

  #addSegments(path: string, ranked: Ranked): void {
    const glob = path.endsWith("*");
    const segments = (glob ? path.slice(0, -1) : path).split("/");
    const tail = glob ? segments.pop() : undefined;
    let node = (this.#segments ??= new SegmentNode());
    for (const segment of segments) node = node.child(segment);
    if (tail === undefined) node.end = ranked;
    else (node.prefixes ??= new PrefixTable()).set(tail, ranked);
  }

  /** Puts the non-exact patterns in their order; call once after the last `add`. */
  seal(): void {
    const order = [...this.#ranked.values()].sort((a, b) => compareRank(a.rank, b.rank));
    for (const [place, ranked] of order.entries()) ranked.place = place;
  }

  /** Exact; for a list also exact without its slash; then the best pattern; for a list also the best without its slash. */
  find(path: string, list: boolean): Permissions | undefined {
    const found = this.#exact.get(path);
    if (found !== undefined) return found;
    const bare = list && path.endsWith("/") ? path.slice(0, -1) : null;
    return (
      (bare === null ? undefined : this.#exact.get(bare)) ??
      this.#best(path) ??
      (bare === null ? undefined : this.#best(bare))
    );
  }

  #best(path: string): Permissions | undefined {
    let best = this.#prefixes.longest(path);
    if (this.#segments === null) return best?.permissions;
    const segments = path.split("/");
    // a tree: no node is visited twice
    const walk = (node: SegmentNode, at: number): void => {
      const segment = segments[at];
      if (segment === undefined) {
        if (node.end !== null && (best === undefined || node.end.place > best.place)) best = node.end;
        return;
      }
      const glob = node.prefixes?.longest(segment);
      if (glob !== undefined && (best === undefined || glob.place > best.place)) best = glob;
      const literal = node.literals.get(segment);
      if (literal !== undefined) walk(literal, at + 1);
      if (node.plus !== null) walk(node.plus, at + 1);
    };
    walk(this.#segments, 0);
    return best?.permissions;
  }

  granted(): ReadonlyMap<string, readonly string[]> {
    const found = new Map<string, readonly string[]>();
    for (const [path, permissions] of this.#exact) found.set(path, permissions.capabilities);
    for (const [path, { permissions }] of this.#ranked) found.set(path, permissions.capabilities);
    return found;
  }

  /** True when some pattern that grants anything can match a path at or below `mount` (which ends in a slash). */
  reaches(mount: string): boolean {
    for (const [path, permissions] of this.#exact)
      if (!permissions.denies && (path.startsWith(mount) || `${path}/` === mount)) return true;
    for (const [path, ranked] of this.#ranked)
      if (!ranked.permissions.denies && patternReaches(path, mount)) return true;
    return false;
  }
}

function patternReaches(pattern: string, mount: string): boolean {
  const glob = pattern.endsWith("*");
  const segments = (glob ? pattern.slice(0, -1) : pattern).split("/");
  const wanted = mount.slice(0, -1).split("/");
  for (const [at, segment] of wanted.entries()) {
    const mine = segments[at];
    if (mine === undefined) return false;
    if (glob && at === segments.length - 1) return segment.startsWith(mine);
    if (mine !== "+" && mine !== segment) return false;
  }
  return true;
}
