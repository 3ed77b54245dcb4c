/** A declaration as `bulkhead/projects/` keeps it → what the inventory needs of it. It was checked when it was applied; what is odd is left out. */
import { parseDuration } from "../core/duration.ts";
import { type Kind, isKind, kinds } from "../core/kinds.ts";
import type { ProjectFacts, SecretFacts, StageFacts, Variable } from "./types.ts";

type Members = Readonly<Record<string, unknown>>;

const membersOf = (value: unknown): Members =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : {};
const listOf = (value: unknown): readonly Members[] => (Array.isArray(value) ? value.map(membersOf) : []);
const textOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
const named = (value: unknown): readonly Members[] =>
  listOf(value).filter(({ name }) => textOf(name) !== null);

/** null: it is none. */
export function projectFacts(declaration: unknown): ProjectFacts | null {
  const { project, environments, secrets, stages, identities } = membersOf(declaration);
  const name = textOf(project);
  if (name === null) return null;
  return {
    name,
    environments: named(environments).map((one) => ({
      name: String(one.name),
      production: one.production === true,
      people: one.people === true,
    })),
    secrets: named(secrets).map(secretFacts),
    stages: named(stages).map(stageFacts),
    identities: listOf(identities).map(({ stage, environment }) => ({
      stage: textOf(stage) ?? "",
      environment: textOf(environment) ?? "",
    })),
  };
}

function secretFacts(one: Members): SecretFacts {
  const rotate = membersOf(one.rotate);
  const kind: Kind = typeof one.kind === "string" && isKind(one.kind) ? one.kind : "generic";
  return {
    name: String(one.name),
    provider: textOf(one.provider),
    kind,
    owner: textOf(one.owner),
    purpose: textOf(one.purpose),
    allow: textsOf(one.allow),
    every: spanOf(rotate.every) ?? parseDuration(kinds[kind].rotate),
    with: [rotate, ...listOf(one.push)].flatMap((by) => textOf(by.with) ?? []),
    shared: textOf(one.shared),
    dynamic: textOf(one.dynamic),
    from: textOf(one.from),
  };
}

function spanOf(value: unknown): number | null {
  try {
    return typeof value === "string" ? parseDuration(value) : null;
  } catch {
    return null;
  }
}

function stageFacts(one: Members): StageFacts {
  const uses = listOf(one.use);
  const composed = listOf(one.composed).flatMap(({ variable, parts }) =>
    Object.values(membersOf(parts)).map((part) => ({ variable, secret: membersOf(part).secret })),
  );
  const brokered = listOf(one.broker);
  const variables = [...uses, ...composed, ...brokered].flatMap(({ variable, secret }): Variable[] =>
    typeof variable === "string" && typeof secret === "string" ? [{ variable, secret }] : [],
  );
  const secrets = (all: readonly Members[]): string[] =>
    [...new Set(all.flatMap(({ secret }) => textOf(secret) ?? []))].sort();
  return {
    name: String(one.name),
    uses: secrets([...uses, ...composed]),
    brokered: secrets(brokered),
    variables,
  };
}
