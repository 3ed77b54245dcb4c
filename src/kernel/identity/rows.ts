/**
 * Rows of the identity store, in the storage of the mount `identity/`: `entity/<id>`, `group/<id>`, and what finds them:
 * `entity-name/<digest>`, `group-name/<digest>`, `alias/<digest>` and `alias-id/<id>` (to the entity), `group-alias/<digest>` and
 * `group-alias-id/<id>` (to the group), `merged/<id>` (to the entity that took it in), `member/<group>/<entity>`. Names stand in
 * keys as keyed digests only. Every change rewrites `stamp`: as long as it stands, nothing cached of all this has changed.
 */
import { createHmac, randomBytes } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { StorageReader, StorageTransaction } from "../barrier/index.ts";
import { builtinId } from "../mount-info.ts";
import { decodeRow, encodeRow } from "../row-cache.ts";
import type { Alias, Entity, Group } from "./types.ts";

export const IDENTITY_MOUNT = "identity/";
export const IDENTITY_STORAGE = `logical/${builtinId(IDENTITY_MOUNT)}/`;
export const STAMP = "stamp";

/** Of names without case, apart for each kind. */
export type Digest = (kind: DigestKind, ...names: readonly string[]) => string;
export type DigestKind = "entity-name" | "group-name" | "alias" | "group-alias";

export const digestWith =
  (key: () => KeyObject): Digest =>
  (kind, ...names) =>
    createHmac("sha256", key())
      .update(JSON.stringify([kind, ...names]))
      .digest("hex");

const entityKey = (id: string): string => `entity/${id}`;
const groupKey = (id: string): string => `group/${id}`;
const mergedKey = (id: string): string => `merged/${id}`;
const membersOf = (group: string): string => `member/${group}/`;
const nameKey = (digest: Digest, kind: "entity-name" | "group-name", name: string): string =>
  `${kind}/${digest(kind, name.toLowerCase())}`;
const aliasKey = (digest: Digest, kind: "alias" | "group-alias", accessor: string, name: string): string =>
  `${kind}/${digest(kind, accessor, name)}`;
const aliasIdKey = (kind: "alias" | "group-alias", id: string): string => `${kind}-id/${id}`;

/** Ids are UUIDs; anything else is no id, and never becomes part of a key. */
const isId = (id: string): boolean => /^[0-9a-f-]{36}$/.test(id);

async function read<T>(from: StorageReader, key: string): Promise<T | null> {
  const bytes = await from.get(key);
  return bytes === null ? null : decodeRow<T>(bytes);
}

const text = async (from: StorageReader, key: string): Promise<string | null> =>
  (await from.get(key))?.toString("utf8") ?? null;

/** Merged ones are found by their former id. */
export async function readEntity(from: StorageReader, id: string): Promise<Entity | null> {
  if (!isId(id)) return null;
  const found = await read<Entity>(from, entityKey(id));
  if (found !== null) return found;
  const into = await text(from, mergedKey(id));
  return into === null ? null : await read<Entity>(from, entityKey(into));
}

export const readGroup = async (from: StorageReader, id: string): Promise<Group | null> =>
  isId(id) ? await read<Group>(from, groupKey(id)) : null;

/** Reads rows by what names them; `digest` is the store's own. */
export class IdentityRows {
  readonly digest: Digest;

  constructor(digest: Digest) {
    this.digest = digest;
  }

  async entityNamed(from: StorageReader, name: string): Promise<Entity | null> {
    const id = await text(from, nameKey(this.digest, "entity-name", name));
    return id === null ? null : await readEntity(from, id);
  }

  async groupNamed(from: StorageReader, name: string): Promise<Group | null> {
    const id = await text(from, nameKey(this.digest, "group-name", name));
    return id === null ? null : await readGroup(from, id);
  }

  async entityOfAlias(from: StorageReader, accessor: string, name: string): Promise<Entity | null> {
    const id = await text(from, aliasKey(this.digest, "alias", accessor, name));
    return id === null ? null : await readEntity(from, id);
  }

  async groupOfAlias(from: StorageReader, accessor: string, name: string): Promise<Group | null> {
    const id = await text(from, aliasKey(this.digest, "group-alias", accessor, name));
    return id === null ? null : await readGroup(from, id);
  }

  async entityOfAliasId(from: StorageReader, id: string): Promise<Entity | null> {
    const entity = isId(id) ? await text(from, aliasIdKey("alias", id)) : null;
    return entity === null ? null : await readEntity(from, entity);
  }

  async groupOfAliasId(from: StorageReader, id: string): Promise<Group | null> {
    const group = isId(id) ? await text(from, aliasIdKey("group-alias", id)) : null;
    return group === null ? null : await readGroup(from, group);
  }

  /** `before` is the row as this transaction read it, null for a new one. */
  putEntity(tx: StorageTransaction, before: Entity | null, after: Entity): void {
    const id = Buffer.from(after.id);
    this.#names(tx, "entity-name", before, after);
    for (const alias of before?.aliases ?? []) this.#dropAlias(tx, "alias", alias);
    for (const alias of after.aliases) this.#setAlias(tx, "alias", alias, id);
    for (const former of after.merged) tx.put(mergedKey(former), id);
    for (const group of before?.groups ?? [])
      if (!after.groups.includes(group)) tx.delete(membersOf(group) + after.id);
    for (const group of after.groups)
      if (before?.groups.includes(group) !== true) tx.put(membersOf(group) + after.id, id);
    tx.put(entityKey(after.id), encodeRow(after));
    touch(tx);
  }

  removeEntity(tx: StorageTransaction, entity: Entity): void {
    tx.delete(nameKey(this.digest, "entity-name", entity.name));
    for (const alias of entity.aliases) this.#dropAlias(tx, "alias", alias);
    for (const former of entity.merged) tx.delete(mergedKey(former));
    for (const group of entity.groups) tx.delete(membersOf(group) + entity.id);
    tx.delete(entityKey(entity.id));
    touch(tx);
  }

  putGroup(tx: StorageTransaction, before: Group | null, after: Group): void {
    this.#names(tx, "group-name", before, after);
    if (before?.alias) this.#dropAlias(tx, "group-alias", before.alias);
    if (after.alias !== null) this.#setAlias(tx, "group-alias", after.alias, Buffer.from(after.id));
    tx.put(groupKey(after.id), encodeRow(after));
    touch(tx);
  }

  /** Its members and neighbours are the caller's business. */
  removeGroup(tx: StorageTransaction, group: Group): void {
    tx.delete(nameKey(this.digest, "group-name", group.name));
    if (group.alias !== null) this.#dropAlias(tx, "group-alias", group.alias);
    tx.delete(groupKey(group.id));
    touch(tx);
  }

  #names(
    tx: StorageTransaction,
    kind: "entity-name" | "group-name",
    before: { readonly name: string } | null,
    after: { readonly id: string; readonly name: string },
  ): void {
    if (before !== null) tx.delete(nameKey(this.digest, kind, before.name));
    tx.put(nameKey(this.digest, kind, after.name), Buffer.from(after.id));
  }

  #setAlias(tx: StorageTransaction, kind: "alias" | "group-alias", alias: Alias, owner: Buffer): void {
    tx.put(aliasKey(this.digest, kind, alias.mountAccessor, alias.name), owner);
    tx.put(aliasIdKey(kind, alias.id), owner);
  }

  #dropAlias(tx: StorageTransaction, kind: "alias" | "group-alias", alias: Alias): void {
    tx.delete(aliasKey(this.digest, kind, alias.mountAccessor, alias.name));
    tx.delete(aliasIdKey(kind, alias.id));
  }
}

export async function memberIds(from: StorageReader, group: string): Promise<string[]> {
  const prefix = membersOf(group);
  return (await from.keys(prefix)).map((key) => key.slice(prefix.length));
}

const idsBelow = async (from: StorageReader, prefix: string): Promise<string[]> =>
  (await from.keys(prefix)).map((key) => key.slice(prefix.length));

export const entityIds = (from: StorageReader): Promise<string[]> => idsBelow(from, "entity/");
export const groupIds = (from: StorageReader): Promise<string[]> => idsBelow(from, "group/");

/** Written blindly, so that two changes of different entities do not meet here. */
function touch(tx: StorageTransaction): void {
  tx.put(STAMP, randomBytes(8));
}
