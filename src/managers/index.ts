/**
 * Other secret stores (requirement A5): references such as `aws-sm://prod/billing#token` are resolved where they are used, with the
 * identity that the machine has. One file a scheme, and one line here.
 */
import { BulkheadError, nearest } from "../core/errors.ts";
import { env } from "./env.ts";
import { file } from "./file.ts";
import type { Manager, Reference, ResolveContext, Resolved } from "./types.ts";

export type { Manager, Reference, ResolveContext, Resolved } from "./types.ts";

export const managers: readonly Manager[] = [env, file];

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
  const { field } = reference;
  if (field === undefined) return resolved;
  const value = resolved.fields.get(field);
  for (const [name, other] of resolved.fields) if (name !== field) other.wipe();
  if (value === undefined)
    throw new BulkheadError("reference.no-field", { reference: reference.text, field });
  return { fields: new Map([[field, value]]), version: resolved.version };
}
