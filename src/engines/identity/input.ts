/** What callers say of entities and groups: checked once for all routes. Names must fit into a policy's template. */
import { BulkheadError } from "../../core/errors.ts";
import { MOST, type Texts } from "../../kernel/identity/types.ts";
import type { Call, FieldDeclaration, Fields, MountInfo } from "../../kernel/plugin.ts";
import { ROOT_POLICY } from "../../kernel/policy/acl.ts";
import type { MountService } from "../../kernel/services.ts";

export type Declarations = Readonly<Record<string, FieldDeclaration>>;

export const invalid = (problem: string): BulkheadError => new BulkheadError("identity.invalid", { problem });

export const text = (description: string): FieldDeclaration => ({ type: "string", plain: true, description });

/**
 * The name given, undefined where it is left to us. A slash or a wildcard would make every policy that names the entity (the
 * default policy does) refuse everything, so it is refused here.
 */
export function givenName(fields: Fields): string | undefined {
  const name = fields.string("name");
  if (name === undefined || name === "") return undefined;
  if (Buffer.byteLength(name) > MOST.nameBytes || /[\0-\x1f\x7f/]|\*$|^\+$/.test(name))
    throw invalid(
      `a name has at most ${MOST.nameBytes} bytes, no slash, no control characters, and is no wildcard`,
    );
  return name;
}

export function givenTexts(fields: Fields, field: string): Texts | undefined {
  const given = fields.map(field);
  if (given === undefined) return undefined;
  const pairs = Object.entries(given);
  const fits = pairs.every(
    ([key, value]) =>
      key !== "" && Buffer.byteLength(key) <= MOST.keyBytes && Buffer.byteLength(value) <= MOST.valueBytes,
  );
  if (pairs.length > MOST.pairs || !fits)
    throw invalid(
      `${field} has at most ${MOST.pairs} pairs, keys of 1 to ${MOST.keyBytes} bytes and values of at most ${MOST.valueBytes}`,
    );
  return given;
}

export function givenPolicies(fields: Fields): readonly string[] | undefined {
  const given = fields.strings("policies");
  if (given === undefined) return undefined;
  const names = given.map((name) => name.trim().toLowerCase()).filter((name) => name !== "");
  if (names.includes(ROOT_POLICY)) throw invalid("policies cannot contain root");
  const policies = [...new Set(names)].sort();
  if (policies.length > MOST.policies) throw invalid(`at most ${MOST.policies} policies`);
  return policies;
}

export function givenIds(fields: Fields, field: string, most: number): readonly string[] | undefined {
  const ids = fields.strings(field);
  if (ids !== undefined && ids.length > most) throw invalid(`${field} has at most ${most} ids`);
  return ids === undefined ? undefined : [...new Set(ids)];
}

export const param = (call: Call, name: string): string => call.params[name] ?? "";

/** A key's or role's name, as Vault has them: letters, digits, `_`, `-` and `.`. */
export function named(call: Call): string {
  const name = param(call, "name");
  if (!/^\w(?:[\w.-]{0,253}\w)?$/.test(name)) throw new BulkheadError("request.unsupported-path");
  return name;
}

/** Mounts by accessor. */
export async function mountsByAccessor(mounts: MountService): Promise<ReadonlyMap<string, MountInfo>> {
  const all = [...(await mounts.list("auth")), ...(await mounts.list("secret"))];
  return new Map(all.map((mount) => [mount.accessor, mount]));
}

export async function requireMount(mounts: MountService, accessor: string): Promise<void> {
  if (!(await mountsByAccessor(mounts)).has(accessor))
    throw invalid(`invalid mount accessor ${JSON.stringify(accessor)}`);
}
