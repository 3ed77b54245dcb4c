/** The syntax of `${{ … }}`: https://docs.github.com/actions/reference/workflows-and-actions/expressions. Offsets count from the start of the expression's source. */

export type Node =
  | {
      readonly kind: "literal";
      readonly value: string | number | boolean | null;
      readonly start: number;
      readonly end: number;
    }
  /** A context by name: `github`, `secrets`. Names compare without case. */
  | { readonly kind: "context"; readonly name: string; readonly start: number; readonly end: number }
  /** `.name` and `['name']` alike; `property` is null for `[expression]` whose value is not constant. */
  | {
      readonly kind: "index";
      readonly object: Node;
      readonly property: string | null;
      readonly by: Node | null;
      readonly start: number;
      readonly end: number;
    }
  /** `.*` */
  | { readonly kind: "star"; readonly object: Node; readonly start: number; readonly end: number }
  | {
      readonly kind: "call";
      readonly name: string;
      readonly args: readonly Node[];
      readonly start: number;
      readonly end: number;
    }
  | { readonly kind: "not"; readonly operand: Node; readonly start: number; readonly end: number }
  | {
      readonly kind: "binary";
      readonly operator: "&&" | "||" | "==" | "!=" | "<" | "<=" | ">" | ">=";
      readonly left: Node;
      readonly right: Node;
      readonly start: number;
      readonly end: number;
    };

/** Parsed once for each distinct source; shared between all places that hold the same text. */
export interface Expression {
  readonly source: string;
  /** Null when it cannot be parsed; `problem` says why. */
  readonly root: Node | null;
  readonly problem: { readonly message: string; readonly offset: number } | null;
  /** What evaluating it may read. */
  readonly reads: Reads;
  /** Its value where that follows from the source alone. */
  readonly constant: Constant | null;
}

export interface Constant {
  readonly value: string | number | boolean | null;
}

/** An expression inside a text; offsets count in the text's value. */
export interface Embedded {
  readonly expression: Expression;
  /** Of `${{` (or the first character of a bare condition), and behind `}}`. */
  readonly start: number;
  readonly end: number;
  /** Where `expression.source` begins. */
  readonly sourceStart: number;
}

export interface Reads {
  readonly secrets: readonly SecretRead[];
  /** Everything else that is read, `secrets` left out: `github.event.pull_request.title`, `env.X`, `steps.a.outputs.b`. */
  readonly contexts: readonly ContextRead[];
  /** `success`, `failure`, `always`, `cancelled` where called. */
  readonly status: readonly string[];
  /** Names of all functions that are called, lower case. */
  readonly functions: readonly string[];
}

export interface SecretRead {
  /**
   * `named`: `secrets.X`, `secrets['X']`. `all`: the whole context (`toJSON(secrets)`, `secrets.*`). `dynamic`: an index that is known only
   * at run time.
   */
  readonly kind: "named" | "all" | "dynamic";
  /** Upper case as GitHub compares them; null unless named. */
  readonly name: string | null;
  /** Read as JSON and only partly used (`fromJSON(secrets.X).y`): the runner masks the whole value, not its parts. */
  readonly part: boolean;
  /** The value of the whole expression carries the secret's text; false where it is only compared or tested (`secrets.X != ''`). */
  readonly carries: boolean;
  readonly start: number;
  readonly end: number;
}

export interface ContextRead {
  /** Lower-case context and properties joined by dots; `*` for a star or an index known only at run time. */
  readonly path: string;
  readonly carries: boolean;
  /** Who can choose its text. */
  readonly control: Control;
  readonly start: number;
  readonly end: number;
}

/**
 * `outsider`: whoever opens an issue, comments, forks. `writer`: who may push or start a run by hand. `fixed`: the host or the
 * repository's settings, or a form that carries no code (numbers, hashes). `derived`: whatever wrote it earlier in the run (`env`, `steps`, `needs`, `inputs`, `matrix`).
 */
export type Control = "outsider" | "writer" | "fixed" | "derived";
