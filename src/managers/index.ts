/**
 * Other secret stores (requirement A5): references such as `aws-sm://prod/billing#token` are resolved where they are used, with the
 * identity that the machine has. One file a scheme, and one line here.
 */
import { BulkheadError, nearest } from "../core/errors.ts";
import type { Secret } from "../core/secret.ts";
import { awsSm } from "./aws-sm.ts";
import { awsSsm } from "./aws-ssm.ts";
import { azureKv } from "./azure-kv.ts";
import { conjur } from "./conjur.ts";
import { doppler } from "./doppler.ts";
import { env } from "./env.ts";
import { file } from "./file.ts";
import { gcpSm } from "./gcp-sm.ts";
import type { Listed, Manager, Reference, ResolveContext, Resolved } from "./types.ts";
import { vault } from "./vault.ts";

export type { Listed, Manager, Reference, ResolveContext, Resolved } from "./types.ts";

export const managers: readonly Manager[] = [
  awsSm,
  awsSsm,
  azureKv,
  conjur,
  doppler,
  env,
  file,
  gcpSm,
  vault,
];

const SHAPE = /^([a-z][a-z0-9-]*):\/\/([^\s#]+)(?:#([^\s#]+))?$/;

/** Whether `text` has the shape of a reference, of a known scheme or not. */
export function isReference(text: string): boolean {
  return SHAPE.test(text);
}

/** Throws `reference.invalid` and `reference.unknown-scheme`. */
export function parseReference(text: string): Reference {
  const [, scheme = "", place = "", field] = SHAPE.exec(text) ?? [];
  if (scheme === "") throw new BulkheadError("reference.invalid", { reference: text });
  managerOf(scheme);
  return { scheme, place, text, ...(field !== undefined && { field }) };
}

function managerOf(scheme: string): Manager {
  const manager = managers.find((one) => one.scheme === scheme);
  if (manager !== undefined) return manager;
  const known = managers.map((one) => one.scheme);
  const close = nearest(scheme, known);
  throw new BulkheadError(
    "reference.unknown-scheme",
    { scheme, known },
    close === null ? {} : { hint: `did you mean ${close}://?` },
  );
}

/** Asks the manager; a reference with a field gives that one alone. Throws `reference.…`. */
export async function resolveReference(reference: Reference, context: ResolveContext): Promise<Resolved> {
  const resolved = await managerOf(reference.scheme).resolve(reference, context);
  let kept: ReadonlyMap<string, Secret> = new Map();
  try {
    const picked = pick(reference, resolved);
    kept = picked.fields;
    return picked;
  } finally {
    for (const [name, value] of resolved.fields) if (!kept.has(name)) value.wipe();
  }
}

/** What stands below a place that ends in `/`. Throws `reference.…`, `reference.no-list` where its manager cannot say. */
export async function listReferences(
  reference: Reference,
  context: ResolveContext,
): Promise<readonly Listed[]> {
  const { list, title } = managerOf(reference.scheme);
  if (list === undefined) throw new BulkheadError("reference.no-list", { reference: reference.text, title });
  return await list(reference, context);
}

/** Resolves references for one run: each secret is asked for once, and all that was read is erased with `wipe`. */
export interface ReferenceReader {
  read(reference: Reference): Promise<Resolved>;
  wipe(): void;
}

/** What it gives is the reader's: copy what must outlive it. */
export function referenceReader(context: ResolveContext): ReferenceReader {
  const asked = new Map<string, Promise<Resolved>>();
  const kept: Resolved[] = [];
  const whole = async ({ field: _, ...reference }: Reference): Promise<Resolved> => {
    const resolved = await resolveReference(reference, context);
    kept.push(resolved);
    return resolved;
  };
  return {
    read: async (reference) => {
      const key = `${reference.scheme}://${reference.place}`;
      const waiting = asked.get(key) ?? whole(reference);
      asked.set(key, waiting);
      return pick(reference, await waiting);
    },
    wipe: () => {
      for (const { fields } of kept.splice(0)) for (const value of fields.values()) value.wipe();
      asked.clear();
    },
  };
}

function pick(reference: Reference, resolved: Resolved): Resolved {
  const { field } = reference;
  if (field === undefined) return resolved;
  const value = resolved.fields.get(field);
  if (value !== undefined) return { ...resolved, fields: new Map([[field, value]]) };
  const known = [...resolved.fields.keys()];
  throw new BulkheadError("reference.no-field", { reference: reference.text, field, known });
}
