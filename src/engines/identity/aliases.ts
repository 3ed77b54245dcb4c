/** Aliases of entities: the names by which one is known to the auth methods, at most one on each mount. */
import type { StorageTransaction } from "../../kernel/barrier/index.ts";
import { blankAlias, blankEntity } from "../../kernel/identity/login.ts";
import { entityIds, readEntity } from "../../kernel/identity/rows.ts";
import { MOST, type Alias, type Entity, type Texts } from "../../kernel/identity/types.ts";
import type { Call, Fields, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import {
  type Declarations,
  givenTexts,
  invalid,
  mountsByAccessor,
  param,
  requireMount,
  text,
} from "./input.ts";
import type { Parts } from "./parts.ts";
import { aliasRoutes } from "./paths.ts";
import { listedAliases, shownAlias } from "./show.ts";

const fields: Declarations = {
  id: text("The alias's id"),
  name: text("The name the auth method gives"),
  mount_accessor: text("Accessor of the auth method's mount"),
  canonical_id: text("The entity; a new one where absent"),
  entity_id: text("Older name of canonical_id"),
  custom_metadata: { type: "map", description: "Texts by name, for policies and tokens", plain: true },
};

interface Given {
  readonly name: string | undefined;
  readonly accessor: string | undefined;
  readonly owner: string | undefined;
  /** Replaced at each write, as by Vault: absent means none. */
  readonly customMetadata: Texts | null;
}

const nonEmpty = (value: string | undefined): string | undefined => (value === "" ? undefined : value);

export function aliasName(fields: Fields): string | undefined {
  const name = nonEmpty(fields.string("name"));
  if (name !== undefined && (Buffer.byteLength(name) > MOST.nameBytes || /[\0-\x1f\x7f]/.test(name)))
    throw invalid(`a name has at most ${MOST.nameBytes} bytes and no control characters`);
  return name;
}

async function save(parts: Parts, call: Call): Promise<Reply> {
  const { rows, services } = parts;
  const id = nonEmpty(call.fields.string("id"));
  const given: Given = {
    name: aliasName(call.fields),
    accessor: nonEmpty(call.fields.string("mount_accessor")),
    owner: nonEmpty(call.fields.string("canonical_id")) ?? nonEmpty(call.fields.string("entity_id")),
    customMetadata: givenTexts(call.fields, "custom_metadata") ?? null,
  };
  if (id === undefined && (given.name === undefined || given.accessor === undefined))
    throw invalid("'id' or 'mount_accessor' and 'name' must be provided");
  if (given.accessor !== undefined) await requireMount(services.mounts, given.accessor);
  const alias = await call.storage.transaction(async (tx) => {
    if (id !== undefined) {
      const entity = await rows.entityOfAliasId(tx, id);
      const found = entity?.aliases.find((one) => one.id === id);
      if (entity === null || found === undefined) throw invalid("invalid alias ID provided");
      return await change(parts, tx, { entity, alias: found }, given);
    }
    const [accessor, name] = [given.accessor ?? "", given.name ?? ""];
    const entity = await rows.entityOfAlias(tx, accessor, name);
    const found = entity?.aliases.find((one) => one.mountAccessor === accessor && one.name === name);
    return entity === null || found === undefined
      ? await make(parts, tx, { accessor, name }, given)
      : await change(parts, tx, { entity, alias: found }, given);
  });
  return { data: { id: alias.id, canonical_id: alias.canonicalId } };
}

async function owner(tx: StorageTransaction, id: string, problem: string): Promise<Entity> {
  const entity = await readEntity(tx, id);
  if (entity === null) throw invalid(problem);
  return entity;
}

/** Vault's words (with the space at their end) for each way to give an entity a second alias on one mount. */
const SECOND = {
  made: "Alias already exists for requested entity and mount accessor",
  changed: "Alias cannot be updated as the entity already has an alias for the given 'mount_accessor' ",
  moved: "Alias cannot be updated as the given entity already has an alias for this mount ",
} as const;

function refuseSecond(entity: Entity, accessor: string, problem: string): void {
  if (entity.aliases.some((one) => one.mountAccessor === accessor)) throw invalid(problem);
  if (entity.aliases.length >= MOST.aliases) throw invalid(`an entity has at most ${MOST.aliases} aliases`);
}

async function make(
  { rows, clock }: Parts,
  tx: StorageTransaction,
  { accessor, name }: { accessor: string; name: string },
  given: Given,
): Promise<Alias> {
  const before = given.owner === undefined ? null : await owner(tx, given.owner, "invalid canonical ID");
  const entity = before ?? (await blankEntity(tx, rows, clock.now()));
  refuseSecond(entity, accessor, SECOND.made);
  const alias: Alias = {
    ...blankAlias(entity.id, { mountAccessor: accessor, name }, clock.now()),
    customMetadata: given.customMetadata,
  };
  rows.putEntity(tx, before, { ...entity, aliases: [...entity.aliases, alias] });
  return alias;
}

async function change(
  { rows, clock }: Parts,
  tx: StorageTransaction,
  { entity, alias }: { entity: Entity; alias: Alias },
  given: Given,
): Promise<Alias> {
  const target =
    given.owner === undefined
      ? entity
      : await owner(tx, given.owner, "given 'canonical_id' is not associated with an entity");
  const after: Alias = {
    ...alias,
    name: given.name ?? alias.name,
    mountAccessor: given.accessor ?? alias.mountAccessor,
    canonicalId: target.id,
    customMetadata: given.customMetadata,
    updated: clock.now(),
  };
  const holder = await rows.entityOfAlias(tx, after.mountAccessor, after.name);
  const taken = holder?.aliases.some(
    (one) => one.id !== alias.id && one.mountAccessor === after.mountAccessor && one.name === after.name,
  );
  if (taken === true) throw invalid("alias with combination of mount accessor and name already exists");
  if (target.id === entity.id) {
    const others = entity.aliases.filter((one) => one !== alias);
    refuseSecond({ ...entity, aliases: others }, after.mountAccessor, SECOND.changed);
    const aliases = entity.aliases.map((one) => (one === alias ? after : one));
    rows.putEntity(tx, entity, { ...entity, aliases });
    return after;
  }
  refuseSecond(target, after.mountAccessor, SECOND.moved);
  rows.putEntity(tx, entity, { ...entity, aliases: entity.aliases.filter((one) => one !== alias) });
  rows.putEntity(tx, target, { ...target, aliases: [...target.aliases, after] });
  return after;
}

async function remove({ rows }: Parts, call: Call): Promise<undefined> {
  const id = param(call, "id");
  await call.storage.transaction(async (tx) => {
    const entity = await rows.entityOfAliasId(tx, id);
    if (entity === null) return;
    rows.putEntity(tx, entity, { ...entity, aliases: entity.aliases.filter((one) => one.id !== id) });
  });
}

async function show({ rows, services }: Parts, call: Call): Promise<Reply | null> {
  const id = param(call, "id");
  const alias = (await rows.entityOfAliasId(call.storage, id))?.aliases.find((one) => one.id === id);
  if (alias === undefined) return null;
  const shown = shownAlias(alias, await mountsByAccessor(services.mounts));
  return { data: { ...shown, namespace_id: "root" } };
}

async function list({ services }: Parts, { storage }: Call): Promise<Reply> {
  const aliases: Alias[] = [];
  for (const id of await entityIds(storage))
    aliases.push(...((await readEntity(storage, id))?.aliases ?? []));
  return listedAliases(aliases, await mountsByAccessor(services.mounts));
}

export const aliasPaths = (parts: Parts): PathDeclaration[] =>
  aliasRoutes({
    segment: "entity-alias",
    one: "an entity",
    many: "entities",
    fields,
    list: (call) => list(parts, call),
    show: (call) => show(parts, call),
    save: (call) => save(parts, call),
    remove: (call) => remove(parts, call),
  });
