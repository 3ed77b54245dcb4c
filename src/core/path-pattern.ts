/**
 * Path patterns: `*` within a name, `**` over folders, `?` one character; a pattern without a slash is a name at any depth. Patterns come
 * from trees that may be hostile, so they are matched in time pattern × path, never by a backtracking expression.
 */
export const MOST_PATTERN = 300;

type Step =
  | { readonly kind: "char"; readonly char: string }
  /** `?` and `*`: anything but a slash. */
  | { readonly kind: "one" | "star" }
  /** `**`: anything. */
  | { readonly kind: "deep" }
  /** Of two stars and a slash: the folders passed, up to a slash; may be left out. */
  | { readonly kind: "folders" };

function stepsOf(pattern: string): Step[] {
  const anywhere = !pattern.replace(/\/$/, "").includes("/");
  const body = `${anywhere ? "**/" : ""}${pattern.replace(/^\//, "").replace(/\/$/, "/**")}`;
  return (body.match(/\*\*\/|\*\*|\*|[^*]/gsu) ?? []).map((part): Step => {
    if (part === "**/") return { kind: "folders" };
    if (part === "**") return { kind: "deep" };
    if (part === "*") return { kind: "star" };
    return part === "?" ? { kind: "one" } : { kind: "char", char: part };
  });
}

/** Says whether a path (with `/`, from the list's folder) is meant. */
export function pathMatcher(pattern: string): (path: string) => boolean {
  const steps = stepsOf(pattern);
  const end = steps.length;
  // a state is a step to come; `inside` holds the folders steps that are passing a folder
  return (path) => {
    let states = new Set<number>();
    let inside = new Set<number>();
    const enter = (to: Set<number>, state: number): void => {
      for (let at = state; !to.has(at); at++) {
        to.add(at);
        const kind = steps[at]?.kind;
        if (kind !== "star" && kind !== "deep" && kind !== "folders") return; // these may match nothing
      }
    };
    enter(states, 0);
    for (const char of path) {
      const [next, passing] = [new Set<number>(), new Set<number>()];
      for (const state of states) {
        const step = steps[state];
        if (step === undefined) continue;
        if (step.kind === "char" ? step.char === char : step.kind === "one" && char !== "/")
          enter(next, state + 1);
        else if (step.kind === "deep" || (step.kind === "star" && char !== "/")) enter(next, state);
        else if (step.kind === "folders") inside.add(state);
      }
      for (const state of inside) {
        passing.add(state);
        if (char === "/") enter(next, state + 1);
      }
      [states, inside] = [next, passing];
    }
    return states.has(end);
  };
}
