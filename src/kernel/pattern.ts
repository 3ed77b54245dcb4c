/** Path patterns of plug-ins: `roles/{name}`, `data/{path*}`. Compiled once per mount. */
import type { Operation, PathDeclaration } from "./plugin.ts";

export interface CompiledPath {
  readonly declaration: PathDeclaration;
  /** The path's parameters, or null when the pattern does not match. */
  match(path: string): Readonly<Record<string, string>> | null;
}

export function compilePath(declaration: PathDeclaration): CompiledPath {
  let made: { readonly regexp: RegExp; readonly names: readonly string[] } | null = null;
  return {
    declaration,
    match: (path) => {
      made ??= regexpOf(declaration.pattern);
      const found = made.regexp.exec(path);
      if (found === null) return null;
      return Object.fromEntries(made.names.map((name, index) => [name, found[index + 1] ?? ""]));
    },
  };
}

function regexpOf(written: string): { regexp: RegExp; names: string[] } {
  const names: string[] = [];
  const pattern = written.endsWith("*}") ? written : written.replace(/\/$/, "");
  // a `{rest*}` keeps a trailing slash for itself; elsewhere a list's slash is no part of the pattern
  const source = pattern.replace(
    /\{(\w+)(\*)?\}|[^\w/]/g,
    (text, name: string | undefined, rest?: string) => {
      if (name === undefined) return `\\${text}`;
      names.push(name);
      return rest === undefined ? "([^/]+)" : "(.*)";
    },
  );
  const regexp = new RegExp(`^${source}${pattern.endsWith("*}") ? "" : "/?"}$`, "s");
  return { regexp, names };
}

export interface PathMatch {
  readonly declaration: PathDeclaration;
  readonly params: Readonly<Record<string, string>>;
}

/** A mount's patterns, found by what a path begins with: some mounts have more than a hundred. */
export class PathTable {
  /** By the first segment, where that is plain text; each with the ones that begin with a parameter, in the order declared. */
  readonly #byFirst = new Map<string, CompiledPath[]>();
  readonly #open: CompiledPath[] = [];

  constructor(declarations: readonly PathDeclaration[]) {
    const all = declarations.map((one) => ({ first: firstOf(one.pattern), path: compilePath(one) }));
    for (const { first } of all) if (!first.includes("{")) this.#byFirst.set(first, []);
    for (const { first, path } of all) {
      if (!first.includes("{")) this.#byFirst.get(first)?.push(path);
      else for (const list of [this.#open, ...this.#byFirst.values()]) list.push(path);
    }
  }

  /** The first pattern that matches, or null. */
  match(path: string): PathMatch | null {
    for (const compiled of this.#byFirst.get(firstOf(path)) ?? this.#open) {
      const params = compiled.match(path);
      if (params !== null) return { declaration: compiled.declaration, params };
    }
    return null;
  }
}

const firstOf = (path: string): string => {
  const end = path.indexOf("/");
  return end < 0 ? path : path.slice(0, end);
};

/** What serves an operation: `create` falls back to `update`, so that engines which do not tell them apart declare one. */
export function handlerOf(declaration: PathDeclaration, operation: Operation) {
  const own = declaration.operations[operation];
  return own ?? (operation === "create" ? declaration.operations.update : undefined);
}
