/** Where secrets are, for several checks. */
import { mentions } from "../../effects/of-script.ts";
import { remembered } from "../../remembered.ts";
import { expressionsIn } from "../../expression/index.ts";
import type { CredentialUse, Job, Setting, Span, Step, Text, Workflow } from "../../model.ts";

export interface UseIn {
  readonly use: CredentialUse;
  /** At least one. */
  readonly jobs: readonly Job[];
}

/** Every use once, with the jobs that see it: a workflow's `env` is each job's. */
export const usesIn = remembered((workflow: Workflow): readonly UseIn[] => {
  const byPlace = new Map<string, { readonly use: CredentialUse; readonly jobs: Job[] }>();
  for (const job of workflow.jobs)
    for (const use of job.credentials) {
      const key = `${use.span.start} ${use.span.end} ${use.kind} ${use.name ?? ""}`;
      const known = byPlace.get(key);
      if (known === undefined) byPlace.set(key, { use, jobs: [job] });
      else if (known.jobs.at(-1) !== job) known.jobs.push(job);
    }
  return [...byPlace.values()];
});

/** A named secret of the host's store that somebody is handed, not one that is only tested. */
export const isHanded = ({ kind, scope, read, name }: CredentialUse): boolean =>
  kind === "secret" && scope !== "condition" && read?.carries === true && name !== null;

/** Its value holds a secret's text, or the run's token. */
export const carriesSecret = ({ expressions }: Text): boolean =>
  expressions.some(
    ({ expression: { reads } }) =>
      reads.secrets.some(({ carries }) => carries) ||
      reads.contexts.some(({ path, carries }) => path === "github.token" && carries),
  );

/** Carries a secret of the host's store, the run's own token left out. */
export const carriesStored = ({ expressions }: Text): boolean =>
  expressions.some(({ expression: { reads } }) =>
    reads.secrets.some(({ carries, name }) => carries && name !== "GITHUB_TOKEN"),
  );

/** The variables of a step's processes that carry secrets, innermost first. */
export function secretVariables(step: Step): Setting[] {
  const { owner } = step;
  const scopes = owner.kind === "job" ? [step.env, owner.env, owner.workflow.env] : [step.env];
  const seen = new Set<string>();
  const found: Setting[] = [];
  for (const scope of scopes)
    for (const setting of scope) {
      if (seen.has(setting.name)) continue;
      seen.add(setting.name);
      if (carriesSecret(setting.value)) found.push(setting);
    }
  return found;
}

/** The secret that a word of a script holds: by expression or by variable; null when none. */
export function secretInWord(word: string, variables: readonly Setting[]): string | null {
  for (const { expression } of expressionsIn(word)) {
    const read = expression.reads.secrets.find(({ carries }) => carries);
    if (read !== undefined) return read.name ?? "a secret";
    if (expression.reads.contexts.some(({ path, carries }) => path === "github.token" && carries))
      return "GITHUB_TOKEN";
  }
  return variables.find(({ name }) => mentions(word, name))?.name ?? null;
}

/** Whether a step can be seen to take a variable: its script names it, an expression reads it, its action or command is known to. */
export function takes(step: Step, variable: string): boolean {
  if (step.effects.authorities.some(({ through }) => through.includes(variable))) return true;
  if (
    step.run !== null &&
    new RegExp(`(?<!\\w)${variable.replace(/\W/g, "\\$&")}(?!\\w)`).test(step.run.text.value)
  )
    return true;
  const path = `env.${variable.toLowerCase()}`;
  return textsOf(step).some(({ expressions }) =>
    expressions.some(({ expression }) => expression.reads.contexts.some((read) => read.path === path)),
  );
}

export function textsOf(step: Step): Text[] {
  return [
    ...step.with.map(({ value }) => value),
    ...step.env.map(({ value }) => value),
    ...(step.run === null ? [] : [step.run.text]),
    ...(step.condition === null ? [] : [step.condition.text]),
  ];
}

export const listed = (names: readonly string[], most = 4): string => {
  const unique = [...new Set(names)];
  const shown = unique.slice(0, most).map((name) => `\`${name}\``);
  const rest = unique.length - shown.length;
  if (rest > 0) return `${shown.join(", ")} and ${rest} more`;
  return shown.length < 2 ? (shown[0] ?? "") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
};

/** A file that a script writes a secret to. */
export interface WrittenSecret {
  readonly path: string;
  readonly secret: string;
  readonly span: Span;
}

export function secretsWritten(step: Step): WrittenSecret[] {
  if (step.run === null) return [];
  const variables = secretVariables(step);
  return step.effects.derived.flatMap(({ kind, name, text, span }) => {
    const secret = kind === "file" && name !== null ? secretInWord(text, variables) : null;
    return name === null || secret === null ? [] : [{ path: name, secret, span }];
  });
}
