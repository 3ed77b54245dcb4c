/** What the declaration says about rotating a secret, read from what `apply` stored. */
import { parseDuration } from "../../core/duration.ts";
import type { Json } from "../../core/json-bytes.ts";
import { kinds } from "../../core/kinds.ts";
import { providerById } from "../../providers/lookup.ts";
import type { Settings } from "../../rotate/types.ts";

export interface DeclaredStage {
  readonly name: string;
  readonly check: boolean;
}

export interface DeclaredEnvironment {
  readonly name: string;
  readonly production: boolean;
  readonly approve: number;
  readonly window?: string;
}

export interface Rotating {
  readonly name: string;
  /** A provider's id; empty: none is declared. */
  readonly provider: string;
  readonly owner: string;
  /** Milliseconds. */
  readonly every: number;
  readonly settings: Settings;
  readonly stages: readonly DeclaredStage[];
  /** False for what Bulkhead does not keep (`from:`, `dynamic:`). */
  readonly stored: boolean;
}

export interface Declaration {
  readonly environments: readonly DeclaredEnvironment[];
  readonly secrets: readonly Rotating[];
}

const GRACE_MS = 3_600_000;

type Members = Readonly<Record<string, Json>>;
const membersOf = (value: Json | undefined): Members =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : {};
const listOf = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]) : [];
const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");
const some = (name: string, value: Json | undefined) =>
  typeof value === "string" && value !== "" ? { [name]: value } : {};

/** Of the declaration as `desired` renders it; what is missing is left out, since another version may have written it. */
export function readDeclaration(json: Json): Declaration {
  const { environments, secrets, stages, owner } = membersOf(json);
  const read = listOf(stages)
    .map(membersOf)
    .map((stage) => ({
      name: textOf(stage.name),
      check: textOf(stage.check) !== "",
      uses: usedSecrets(stage),
    }));
  return {
    environments: listOf(environments)
      .map(membersOf)
      .map((one) => ({
        name: textOf(one.name),
        production: one.production === true,
        approve: typeof one.approve === "number" ? one.approve : 0,
        ...some("window", one.window),
      })),
    secrets: listOf(secrets)
      .map(membersOf)
      .map((one) => {
        const name = textOf(one.name);
        const stagesOf = read
          .filter(({ uses }) => uses.has(name))
          .map(({ name: stage, check }) => ({ name: stage, check }));
        return rotating(one, name, textOf(one.owner) || textOf(owner), stagesOf);
      }),
  };
}

function rotating(one: Members, name: string, owner: string, stages: readonly DeclaredStage[]): Rotating {
  const rotate = membersOf(one.rotate);
  const provider = textOf(one.provider);
  const kind = textOf(one.kind);
  const usual =
    providerById(provider)?.rotate.every ??
    (Object.hasOwn(kinds, kind) ? kinds[kind as keyof typeof kinds].rotate : "90d");
  return {
    ...{ name, provider, owner, stages },
    every: parseDuration(textOf(rotate.every) || usual),
    settings: {
      grace: typeof rotate.grace === "number" ? rotate.grace : GRACE_MS,
      ...some("with", rotate.with),
      ...some("url", rotate.url),
      ...some("script", rotate.script),
      ...some("webhook", rotate.webhook),
    },
    stored: textOf(one.from) === "" && textOf(one.dynamic) === "",
  };
}

function usedSecrets(stage: Members): ReadonlySet<string> {
  const names = new Set<string>();
  for (const part of ["use", "broker"])
    for (const use of listOf(stage[part]).map(membersOf)) names.add(textOf(use.secret));
  for (const use of listOf(stage.composed).map(membersOf))
    for (const part of Object.values(membersOf(use.parts))) names.add(textOf(membersOf(part).secret));
  return names;
}
