/**
 * `rules:if` of GitLab: parsed and decided for what is known of a pipeline. https://docs.gitlab.com/ci/jobs/job_rules/#cicd-variable-expressions
 * Three values: true, false, and null where it depends on what files do not show.
 */

/** A text; null: not set; undefined: not known. */
export type Lookup = (name: string) => string | null | undefined;

export type Rule =
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "text"; readonly value: string | null }
  | { readonly kind: "pattern"; readonly source: string; readonly flags: string }
  | { readonly kind: "compare"; readonly operator: string; readonly left: Rule; readonly right: Rule }
  | { readonly kind: "and" | "or"; readonly left: Rule; readonly right: Rule }
  | { readonly kind: "not"; readonly of: Rule };

const TOKEN =
  /\s*(?:(\$\{?[A-Za-z_]\w*\}?)|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|\/((?:[^/\\\n]|\\.)+)\/([a-z]*)|(&&|\|\||==|!=|=~|!~|[()!])|(null\b)|(true\b|false\b))/y;
const MAX_DEPTH = 60;

interface Token {
  readonly kind: "value" | "operator";
  readonly operator: string;
  readonly value: Rule | null;
}

/** Null for what is no expression of GitLab's. */
export function parseCondition(text: string): Rule | null {
  const tokens = tokensOf(text);
  if (tokens === null || tokens.length === 0) return null;
  const reader = new Parser(tokens);
  const rule = reader.or(0);
  return rule !== null && reader.done ? rule : null;
}

function tokensOf(text: string): Token[] | null {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const match = TOKEN.exec(text);
    if (match === null) return null;
    const [, variable, double, single, pattern, flags = "", operator, none, word] = match;
    if (operator !== undefined) tokens.push({ kind: "operator", operator, value: null });
    else {
      const value: Rule =
        variable !== undefined
          ? { kind: "variable", name: variable.replace(/[${}]/g, "") }
          : pattern !== undefined
            ? { kind: "pattern", source: pattern, flags }
            : { kind: "text", value: none !== undefined ? null : (double ?? single ?? word ?? "") };
      tokens.push({ kind: "value", operator: "", value });
    }
    if (tokens.length > 2000) return null;
  }
  return tokens;
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get done(): boolean {
    return this.#at === this.#tokens.length;
  }

  or(depth: number): Rule | null {
    return this.#chain("||", "or", () => this.#and(depth));
  }

  #and(depth: number): Rule | null {
    return this.#chain("&&", "and", () => this.#comparison(depth));
  }

  #chain(operator: string, kind: "and" | "or", part: () => Rule | null): Rule | null {
    let left = part();
    while (left !== null && this.#takes(operator)) {
      const right = part();
      left = right === null ? null : { kind, left, right };
    }
    return left;
  }

  #comparison(depth: number): Rule | null {
    const left = this.#primary(depth);
    const operator = this.#tokens[this.#at]?.operator ?? "";
    if (left === null || !/^(?:==|!=|=~|!~)$/.test(operator)) return left;
    this.#at++;
    const right = this.#primary(depth);
    return right === null ? null : { kind: "compare", operator, left, right };
  }

  #primary(depth: number): Rule | null {
    if (depth > MAX_DEPTH) return null;
    if (this.#takes("(")) {
      const inside = this.or(depth + 1);
      return inside !== null && this.#takes(")") ? inside : null;
    }
    if (this.#takes("!")) {
      const of = this.#primary(depth + 1);
      return of === null ? null : { kind: "not", of };
    }
    const token = this.#tokens[this.#at];
    if (token?.kind !== "value") return null;
    this.#at++;
    return token.value;
  }

  #takes(operator: string): boolean {
    if (this.#tokens[this.#at]?.operator !== operator) return false;
    this.#at++;
    return true;
  }
}

export function decide(rule: Rule, lookup: Lookup): boolean | null {
  if (rule.kind === "not") {
    const inside = decide(rule.of, lookup);
    return inside === null ? null : !inside;
  }
  if (rule.kind === "and" || rule.kind === "or") {
    const settled = rule.kind === "or";
    const left = decide(rule.left, lookup);
    if (left === settled) return settled;
    const right = decide(rule.right, lookup);
    if (right === settled) return settled;
    return left === null || right === null ? null : !settled;
  }
  if (rule.kind === "compare") return compare(rule, lookup);
  if (rule.kind === "pattern") return null;
  const value = valueOf(rule, lookup);
  return value === undefined ? null : value !== null && value !== "";
}

const valueOf = (rule: Rule, lookup: Lookup): string | null | undefined =>
  rule.kind === "variable" ? lookup(rule.name) : rule.kind === "text" ? rule.value : undefined;

function compare(
  { operator, left, right }: Extract<Rule, { kind: "compare" }>,
  lookup: Lookup,
): boolean | null {
  const value = valueOf(left, lookup);
  const negated = operator.startsWith("!");
  if (operator === "=~" || operator === "!~") {
    // A variable that is not set matches nothing.
    if (value === null) return negated;
    if (value === undefined || right.kind !== "pattern") return null;
    const matches = tested(right, value);
    return matches === null ? null : matches !== negated;
  }
  const other = valueOf(right, lookup);
  if (value === SET || other === SET)
    return value === null || other === null || value === "" || other === "" ? negated : null;
  if (value === undefined || other === undefined) return null;
  return (value === other) !== negated;
}

/** A value that is there and not known: a branch's name. */
export const SET = "\0set";

function tested({ source, flags }: Extract<Rule, { kind: "pattern" }>, value: string): boolean | null {
  if (value === SET) return null;
  // RE2 there, backtracking here: only what cannot take long, on values that are short.
  if (source.length > 200 || /\)[*+{?]|\(\?/.test(source) || source.split(/[*+{]/).length > 4) return null;
  try {
    return new RegExp(source, flags.includes("i") ? "i" : "").test(value.slice(0, 100));
  } catch {
    return null;
  }
}

/** Names to which `variable` is held by every way of the rule; null when some way leaves it open. */
export function heldTo(rule: Rule, variable: string): readonly string[] | null {
  if (rule.kind === "compare" && rule.operator === "==") {
    const [name, text] = rule.left.kind === "variable" ? [rule.left, rule.right] : [rule.right, rule.left];
    if (name.kind !== "variable" || name.name !== variable) return null;
    if (text.kind === "text") return text.value === null ? null : [text.value];
    return text.kind === "variable" ? [`$${text.name}`] : null;
  }
  if (rule.kind === "and") return heldTo(rule.left, variable) ?? heldTo(rule.right, variable);
  if (rule.kind === "or") {
    const [left, right] = [heldTo(rule.left, variable), heldTo(rule.right, variable)];
    return left === null || right === null ? null : [...left, ...right];
  }
  return null;
}
