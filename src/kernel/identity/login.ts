/**
 * A login's alias against the store: which entity it is, and what must be written for it (a new entity, changed metadata of the
 * alias, groups that the login vouches for or no longer does). Mostly nothing, so that a returning login costs no write of its own.
 */
import { randomBytes } from "node:crypto";
import { uuid } from "../../core/ids.ts";
import type { StorageReader, StorageTransaction } from "../barrier/index.ts";
import type { LoginAlias } from "../plugin.ts";
import { type IdentityRows, readGroup } from "./rows.ts";
import { type Alias, type Entity, MOST, type Texts } from "./types.ts";
import { BulkheadError } from "../../core/errors.ts";

export interface LoginContext {
  readonly rows: IdentityRows;
  readonly accessor: string;
  readonly alias: LoginAlias;
  readonly now: number;
}

const sameTexts = (a: Texts | null, b: Texts | null): boolean =>
  JSON.stringify(Object.entries(a ?? {}).sort()) === JSON.stringify(Object.entries(b ?? {}).sort());

export function checkAlias({ name, metadata }: LoginAlias): void {
  const problem =
    name === "" || Buffer.byteLength(name) > MOST.nameBytes
      ? `the name of a login has 1 to ${MOST.nameBytes} bytes`
      : Object.keys(metadata).length > MOST.pairs
        ? `the metadata of a login has at most ${MOST.pairs} pairs`
        : null;
  if (problem !== null) throw new BulkheadError("request.invalid", { problem });
}

/** The entity as it should be, given what is stored; the stored one itself where nothing changes. */
export async function entityAfterLogin(
  from: StorageReader,
  entity: Entity,
  { rows, accessor, alias, now }: LoginContext,
): Promise<Entity> {
  const own = entity.aliases.find((one) => one.mountAccessor === accessor && one.name === alias.name);
  const metadata = Object.keys(alias.metadata).length > 0 ? alias.metadata : null;
  const aliases =
    own === undefined || sameTexts(own.metadata, metadata)
      ? entity.aliases
      : entity.aliases.map((one) => (one === own ? { ...own, metadata, updated: now } : one));
  const groups = await groupsAfterLogin(from, entity, { rows, accessor, alias });
  return aliases === entity.aliases && groups === entity.groups ? entity : { ...entity, aliases, groups };
}

/** Of this mount's external groups exactly those that the login names; the others stay as they are. */
async function groupsAfterLogin(
  from: StorageReader,
  entity: Entity,
  { rows, accessor, alias }: Pick<LoginContext, "rows" | "accessor" | "alias">,
): Promise<readonly string[]> {
  const vouched = new Set<string>();
  for (const name of new Set(alias.groups ?? [])) {
    const group = await rows.groupOfAlias(from, accessor, name);
    if (group !== null) vouched.add(group.id);
  }
  const kept: string[] = [];
  for (const id of entity.groups) {
    if (vouched.has(id)) continue;
    const group = await readGroup(from, id);
    if (group?.alias?.mountAccessor !== accessor) kept.push(id);
  }
  const wanted = [...kept, ...vouched];
  const same = wanted.length === entity.groups.length && wanted.every((id) => entity.groups.includes(id));
  return same ? entity.groups : wanted.slice(0, MOST.groups);
}

/** In the transaction that stores the login's token: finds or makes the entity and writes what changed. Gives its id. */
export async function settleLogin(tx: StorageTransaction, login: LoginContext): Promise<Entity> {
  const { rows, accessor, alias } = login;
  const found = await rows.entityOfAlias(tx, accessor, alias.name);
  const before = found ?? (await newEntity(tx, login));
  const after = await entityAfterLogin(tx, before, login);
  if (found === null || after !== found) rows.putEntity(tx, found, after);
  return after;
}

async function newEntity(from: StorageReader, { rows, accessor, alias, now }: LoginContext): Promise<Entity> {
  const entity = await blankEntity(from, rows, now);
  return { ...entity, aliases: [blankAlias(entity.id, { mountAccessor: accessor, name: alias.name }, now)] };
}

export function blankAlias(
  canonicalId: string,
  names: Pick<Alias, "mountAccessor" | "name">,
  now: number,
): Alias {
  const { mountAccessor, name } = names;
  return {
    id: uuid(),
    canonicalId,
    mountAccessor,
    name,
    metadata: null,
    customMetadata: null,
    created: now,
    updated: now,
    mergedFrom: [],
  };
}

/** With a name of its own. */
export async function blankEntity(from: StorageReader, rows: IdentityRows, now: number): Promise<Entity> {
  const name = await freeName("entity", async (one) => (await rows.entityNamed(from, one)) !== null);
  return {
    id: uuid(),
    name,
    metadata: null,
    policies: [],
    disabled: false,
    created: now,
    updated: now,
    merged: [],
    aliases: [],
    groups: [],
  };
}

export async function freeName(what: string, taken: (name: string) => Promise<boolean>): Promise<string> {
  for (;;) {
    const name = `${what}_${randomBytes(4).toString("hex")}`;
    if (!(await taken(name))) return name;
  }
}
