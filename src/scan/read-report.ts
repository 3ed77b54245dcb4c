/** Reads a JSON report of ours back. It may come from anywhere: every member is checked, unknown ones are left out. */
import type { Allowed, CommitRef, FoundSecret, Place, StoredSecretRef } from "../core/finding.ts";
import { severities } from "./group.ts";
import type { ScanReport } from "./merge.ts";

export const SCHEMA = "bulkhead.findings.v2";

/** What a member must be; null and absent are the same. */
type Check = (value: unknown) => boolean;
const text: Check = (value) => typeof value === "string";
const number: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const truth: Check = (value) => typeof value === "boolean";
const texts: Check = (value) => Array.isArray(value) && value.every(text);
type Shape = Readonly<Record<string, Check>>;

const commit: Shape = { id: text, author: text, email: text, date: text };
const stored: Shape = {
  ...{ project: text, environment: text, secret: text, field: text, path: text, version: number },
  ...{ current: truth, production: truth, stages: texts },
};
const place: Shape = {
  path: text,
  line: number,
  column: number,
  endLine: number,
  endColumn: number,
  offset: number,
};
const facts: Shape = { rule: text, title: text, preview: text, morePlaces: number };
const MAYBE = ["provider", "kind", "opens", "incomplete", "says", "fingerprint"];

/** Throws an Error that says what is wrong with it. */
export function readReport(json: string): ScanReport {
  const document = membersOf(parsed(json), { schema: text, files: number, bytes: number });
  if (document.schema !== SCHEMA) throw new Error(`its schema is not ${SCHEMA}`);
  const known = maybe(document.baseline, { count: number, path: text });
  return {
    files: document.files as number,
    bytes: document.bytes as number,
    unreadable: listOf(document.unreadable).map(
      (one) => pick(one, { path: text, reason: text }) as unknown as { path: string; reason: string },
    ),
    ...(known && { known: known as unknown as { count: number; path: string } }),
    secrets: listOf(document.secrets).map(secretOf),
    allowed: listOf(document.allowed).map(secretOf),
  };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new Error("it is not JSON");
  }
}

function secretOf(value: unknown): FoundSecret {
  const one = membersOf(value, facts);
  if (!severities.some((severity) => severity === one.severity)) throw new Error("a severity is unknown");
  const places = listOf(one.places).map(placeOf);
  if (places.length === 0) throw new Error("a secret has no place");
  const [first, last] = [maybe(one.first, commit), maybe(one.last, commit)];
  const allowed = maybe(one.allowed, { reason: text, source: text });
  const where = maybe(one.stored, stored, ["owner", "purpose"]);
  return {
    ...(pick(one, facts, MAYBE) as unknown as Pick<FoundSecret, "rule" | "title" | "preview" | "morePlaces">),
    severity: one.severity as FoundSecret["severity"],
    places,
    ...(first && { first: first as unknown as CommitRef }),
    ...(last && { last: last as unknown as CommitRef }),
    ...(allowed && { allowed: allowed as unknown as Allowed }),
    ...(where && { stored: where as unknown as StoredSecretRef }),
  };
}

function placeOf(value: unknown): Place {
  const { commit: by, decoded } = membersOf(value, place);
  const brought = maybe(by, commit);
  const steps = decoded ?? [];
  if (!texts(steps)) throw new Error("decoded is not what it should be");
  return {
    ...(pick(value, place, ["within", "entry", "note"]) as unknown as Place),
    ...((steps as string[]).length > 0 && { decoded: steps as string[] }),
    ...(brought && { commit: brought as unknown as CommitRef }),
  };
}

type Members = Readonly<Record<string, unknown>>;

function membersOf(value: unknown, shape: Shape): Members {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error("an object is missing");
  for (const [name, check] of Object.entries(shape))
    if (!check((value as Members)[name])) throw new Error(`${name} is not what it should be`);
  return value as Members;
}

/** Only these members; those of `others` are texts, or not there. */
function pick(value: unknown, shape: Shape, others: readonly string[] = []): Members {
  const members = membersOf(value, shape);
  const present = others.filter((name) => members[name] !== undefined && members[name] !== null);
  for (const name of present) if (!text(members[name])) throw new Error(`${name} is not what it should be`);
  return Object.fromEntries([...Object.keys(shape), ...present].map((name) => [name, members[name]]));
}

const maybe = (value: unknown, shape: Shape, others?: readonly string[]): Members | null =>
  value === undefined || value === null ? null : pick(value, shape, others);

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error("a list is missing");
  return value;
}
