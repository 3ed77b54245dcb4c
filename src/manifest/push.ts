/** `push:` of a secret: where else its value must stand. Its form, and what it means for each environment. */
import type { DeclaredPush } from "../core/ports/project.ts";
import { PUSH_TARGETS } from "../managers/push/ids.ts";
import { type Cell } from "./check.ts";
import { childOf, entriesOf, some, textOf, textsOf } from "./cells.ts";
import { type Shape, type TextRule, list, record, text } from "./shape.ts";
import type { PushDeclaration } from "./types.ts";

const setting: TextRule = {
  expected: "one line of text",
  scalars: true,
  check: (line) => {
    if (line === "" || line.length > 300 || /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(line))
      return "it is empty, too long, or holds control characters";
    const stranger = /\{(?!env\}|project\})/.test(line);
    return stranger ? "its placeholders may be {env} and {project}" : null;
  },
};
/** What each target calls the parts of a place; which of them it takes is looked at where it is pushed. */
const SETTINGS: Readonly<Record<string, string>> = {
  repository: "GitHub: owner/name.",
  environment: "GitHub, GitLab: the environment there; {env} for ours.",
  project: "GitLab: group/name; Google: the project's id.",
  namespace: "Kubernetes: the namespace.",
  object: "Kubernetes: the Secret's name.",
  server: "Kubernetes: the API's address.",
  ca: "Kubernetes: a file with the cluster's certificate.",
  path: "AWS: the folder before the name.",
  region: "AWS: the region.",
  vault: "Azure: the vault's name or host.",
  url: "GitHub, GitLab: the API's address, where it is not the vendor's.",
  masked: "GitLab: false for a value that may stand in logs.",
  protected: "GitLab: false for branches that are not protected.",
};
const NAMES = "^(?!(?:constructor|prototype)$)[a-z0-9][a-z0-9-]{0,62}$";
const ourName = (expected: string): TextRule => ({ expected, pattern: NAMES });

const entry: Shape = {
  kind: "object",
  emptyIsFine: true,
  keys: {
    ...Object.fromEntries(
      Object.entries(SETTINGS).map(([name, description]) => [name, { shape: text(setting), description }]),
    ),
    as: { shape: text(setting), description: "Its name there; the variable's when left out." },
    with: { shape: text(ourName("a secret")), description: "The secret whose value is the token." },
    for: {
      shape: {
        kind: "either",
        scalar: text(ourName("an environment")),
        list: list(text(ourName("an environment")), 1),
      },
      description: "The environments whose value goes there; with {env} in the place, all.",
    },
  },
};

export const pushShape: Shape = record(
  { expected: "a push target", words: () => PUSH_TARGETS },
  { kind: "either", list: list(entry, 1), map: entry },
);

/** In the file's order. */
export function pushesOf(cell: Cell | null): PushDeclaration[] {
  return [...entriesOf(cell)].flatMap(([target, { cell: body, keyAt: at }]) =>
    (body?.kind === "list" ? body.items : [body]).map((one): PushDeclaration => {
      const settings = Object.keys(SETTINGS).flatMap((name) => {
        const value = textOf(one, name);
        return value === undefined ? [] : [[name, value] as const];
      });
      return {
        target,
        settings: Object.fromEntries(settings),
        ...some("as", textOf(one, "as")),
        ...some("with", textOf(one, "with")),
        for: [...textsOf(childOf(one, "for"))],
        at,
      };
    }),
  );
}

const placed = (line: string, project: string, environment: string): string =>
  line.replaceAll("{env}", environment).replaceAll("{project}", project);

/**
 * The push as it is for one environment: null, it is for others; `unclear`, nothing says for which it is. An environment's value never
 * goes to a place that might be another's.
 */
export function pushFor(
  push: DeclaredPush,
  where: { readonly project: string; readonly environment: string; readonly environments: readonly string[] },
): DeclaredPush | "unclear" | null {
  const { environment, environments, project } = where;
  const lines = [...Object.values(push.settings), push.as ?? ""];
  const named = push.settings.environment;
  const meant =
    push.for.length > 0
      ? push.for
      : lines.some((line) => line.includes("{env}"))
        ? environments
        : named !== undefined && environments.includes(named)
          ? [named]
          : environments.length === 1
            ? environments
            : null;
  if (meant === null) return "unclear";
  if (!meant.includes(environment)) return null;
  const fill = (line: string): string => placed(line, project, environment);
  return {
    ...push,
    settings: Object.fromEntries(Object.entries(push.settings).map(([name, line]) => [name, fill(line)])),
    ...some("as", push.as === undefined ? undefined : fill(push.as)),
  };
}
