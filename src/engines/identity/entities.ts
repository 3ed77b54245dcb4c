/** Entities: made, changed, shown and deleted by id or by name. */
import type { StorageReader } from "../../kernel/barrier/index.ts";
import { blankEntity } from "../../kernel/identity/login.ts";
import { entityIds, readEntity } from "../../kernel/identity/rows.ts";
import type { IdentityRows } from "../../kernel/identity/rows.ts";
import { MOST, type Entity } from "../../kernel/identity/types.ts";
import { loadView } from "../../kernel/identity/view.ts";
import type { Call, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import {
  type Declarations,
  givenIds,
  givenName,
  givenPolicies,
  givenTexts,
  invalid,
  mountsByAccessor,
  text,
} from "./input.ts";
import type { Parts } from "./parts.ts";
import { namedPaths } from "./paths.ts";
import { shownEntity } from "./show.ts";

const fields: Declarations = {
  id: text("The entity's id"),
  name: text("The entity's name, unique without case"),
  metadata: { type: "map", description: "Texts by name, for policies and tokens", plain: true },
  policies: { type: "strings", description: "Policies in addition to the token's", plain: true },
  disabled: { type: "bool", description: "Refuse all its tokens and logins", plain: true },
};

async function save({ rows, clock }: Parts, call: Call): Promise<Reply | undefined> {
  const given = call.fields;
  const [name, metadata, policies] = [givenName(given), givenTexts(given, "metadata"), givenPolicies(given)];
  const id = given.string("id");
  const saved = await call.storage.transaction(async (tx) => {
    const before = await wanted(tx, rows, id, name);
    const base = before ?? (await blankEntity(tx, rows, clock.now()));
    const holder = name === undefined ? null : await rows.entityNamed(tx, name);
    if (holder !== null && holder.id !== base.id) throw invalid("entity name is already in use");
    const after: Entity = {
      ...base,
      name: name ?? base.name,
      metadata: metadata ?? base.metadata,
      policies: policies ?? base.policies,
      disabled: given.bool("disabled") ?? base.disabled,
      updated: clock.now(),
    };
    rows.putEntity(tx, before, after);
    return { made: before === null, after };
  });
  if (!saved.made) return undefined;
  return { data: { aliases: null, id: saved.after.id, name: saved.after.name } };
}

/** The entity that a change is about; null: a new one. */
async function wanted(
  from: StorageReader,
  rows: IdentityRows,
  id: string | undefined,
  name: string | undefined,
): Promise<Entity | null> {
  if (id !== undefined && id !== "") {
    const entity = await readEntity(from, id);
    if (entity === null) throw invalid("entity not found from id");
    return entity;
  }
  return name === undefined ? null : await rows.entityNamed(from, name);
}

export async function showEntity(
  { services }: Pick<Parts, "services">,
  call: Call,
  entity: Entity | null,
): Promise<Reply | null> {
  if (entity === null) return null;
  const view = await loadView(call.storage, entity.id);
  return { data: shownEntity(entity, view, await mountsByAccessor(services.mounts)) };
}

async function remove({ rows }: Parts, call: Call, find: (from: StorageReader) => Promise<Entity | null>) {
  await call.storage.transaction(async (tx) => {
    const entity = await find(tx);
    if (entity !== null) rows.removeEntity(tx, entity);
  });
  return undefined;
}

async function removeMany(parts: Parts, call: Call): Promise<undefined> {
  const ids = givenIds(call.fields, "entity_ids", MOST.members);
  if (ids === undefined || ids.length === 0) throw invalid("missing entity ids to delete");
  for (const id of ids) await remove(parts, call, (from) => readEntity(from, id));
}

async function list({ storage }: Call, by: "id" | "name"): Promise<Reply> {
  const entities: Entity[] = [];
  for (const id of await entityIds(storage)) {
    const entity = await readEntity(storage, id);
    if (entity !== null) entities.push(entity);
  }
  if (by === "name") return { data: { keys: entities.map(({ name }) => name).sort() } };
  return {
    data: {
      keys: entities.map(({ id }) => id),
      ...(entities.length > 0 && {
        key_info: Object.fromEntries(entities.map(({ id, name }) => [id, { name }])),
      }),
    },
  };
}

export const entityPaths = (parts: Parts): PathDeclaration[] => [
  {
    pattern: "entity/batch-delete",
    summary: "Delete several entities",
    fields: { entity_ids: { type: "strings", description: "Their ids", plain: true } },
    operations: { update: (call) => removeMany(parts, call) },
  },
  ...namedPaths<Entity>({
    segment: "entity",
    one: "an entity",
    many: "entities",
    fields,
    byId: readEntity,
    byName: (from, name) => parts.rows.entityNamed(from, name),
    list,
    show: (call, entity) => showEntity(parts, call, entity),
    remove: (call, find) => remove(parts, call, find),
    save: (call) => save(parts, call),
  }),
];
