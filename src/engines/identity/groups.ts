/** Groups: policies for all their members, and for the members of the groups in them. They form no circle. */
import { uuid } from "../../core/ids.ts";
import type { StorageReader, StorageTransaction } from "../../kernel/barrier/index.ts";
import { freeName } from "../../kernel/identity/login.ts";
import { type IdentityRows, groupIds, memberIds, readEntity, readGroup } from "../../kernel/identity/rows.ts";
import { MOST, type Group } from "../../kernel/identity/types.ts";
import { groupsAbove } from "../../kernel/identity/view.ts";
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
import { shownGroup } from "./show.ts";

const fields: Declarations = {
  id: text("The group's id"),
  name: text("The group's name, unique without case"),
  type: text("internal (default) or external"),
  metadata: { type: "map", description: "Texts by name, for policies and tokens", plain: true },
  policies: { type: "strings", description: "Policies of its members", plain: true },
  member_entity_ids: { type: "strings", description: "Entities in it", plain: true },
  member_group_ids: { type: "strings", description: "Groups in it", plain: true },
};

export async function blankGroup(from: StorageReader, rows: IdentityRows, now: number): Promise<Group> {
  return {
    id: uuid(),
    name: await freeName("group", async (name) => (await rows.groupNamed(from, name)) !== null),
    type: "internal",
    metadata: null,
    policies: null,
    alias: null,
    parents: [],
    children: [],
    created: now,
    updated: now,
    index: 0,
  };
}

async function save({ rows, clock }: Parts, call: Call): Promise<Reply | undefined> {
  const given = call.fields;
  const [name, metadata, policies] = [givenName(given), givenTexts(given, "metadata"), givenPolicies(given)];
  const members = givenIds(given, "member_entity_ids", MOST.members);
  const children = givenIds(given, "member_group_ids", MOST.children);
  const saved = await call.storage.transaction(async (tx) => {
    const before = await wanted(tx, rows, given.string("id"), name);
    const base = before ?? (await blankGroup(tx, rows, clock.now()));
    const holder = name === undefined ? null : await rows.groupNamed(tx, name);
    if (holder !== null && holder.id !== base.id) throw invalid("group name is already in use");
    const type = groupType(given.string("type"), before);
    if (type === "external" && (members ?? []).length > 0)
      throw invalid("member entities can't be set manually for external groups");
    if (type === "external" && (children ?? []).length > 0)
      throw invalid("member groups can't be set for external groups");
    const after: Group = {
      ...base,
      type,
      name: name ?? base.name,
      metadata: metadata ?? base.metadata,
      policies: policies ?? base.policies,
      children: children ?? base.children,
      updated: clock.now(),
      index: base.index + 1,
    };
    if (children !== undefined) await setChildren(tx, rows, base, children);
    rows.putGroup(tx, before, after);
    if (members !== undefined && type === "internal") await setMembers(tx, rows, after.id, members);
    return { made: before === null, after };
  });
  return saved.made ? { data: { id: saved.after.id, name: saved.after.name } } : undefined;
}

function groupType(given: string | undefined, before: Group | null): Group["type"] {
  if (given === undefined || given === "") return before?.type ?? "internal";
  if (given !== "internal" && given !== "external")
    throw invalid(`invalid group type ${JSON.stringify(given)}`);
  if (before !== null && before.type !== given) throw invalid("group type cannot be changed");
  return given;
}

async function wanted(
  from: StorageReader,
  rows: IdentityRows,
  id: string | undefined,
  name: string | undefined,
): Promise<Group | null> {
  if (id !== undefined && id !== "") {
    const group = await readGroup(from, id);
    if (group === null) throw invalid("invalid group ID");
    return group;
  }
  return name === undefined ? null : await rows.groupNamed(from, name);
}

/** Links and unlinks; refuses what would make the group its own member, at whatever distance. */
async function setChildren(
  tx: StorageTransaction,
  rows: IdentityRows,
  group: Group,
  children: readonly string[],
): Promise<void> {
  const above = new Set((await groupsAbove(tx, group.parents)).map(({ id }) => id));
  for (const id of children) {
    const child = await readGroup(tx, id);
    if (child === null) throw invalid(`invalid member group ID ${JSON.stringify(id)}`);
    if (id === group.id)
      throw invalid(`member group ID ${JSON.stringify(id)} is same as the ID of the group`);
    if (above.has(id))
      throw invalid(`cyclic relationship detected for member group ID ${JSON.stringify(id)}`);
    if (child.parents.includes(group.id)) continue;
    if (child.parents.length >= MOST.groups) throw invalid(`a group is in at most ${MOST.groups} others`);
    rows.putGroup(tx, child, {
      ...child,
      parents: [...child.parents, group.id],
      index: child.index + 1,
    });
  }
  for (const id of group.children) if (!children.includes(id)) await unlink(tx, rows, id, group.id);
}

async function unlink(tx: StorageTransaction, rows: IdentityRows, child: string, parent: string) {
  const group = await readGroup(tx, child);
  if (group === null) return;
  const parents = group.parents.filter((id) => id !== parent);
  rows.putGroup(tx, group, { ...group, parents, index: group.index + 1 });
}

async function setMembers(
  tx: StorageTransaction,
  rows: IdentityRows,
  group: string,
  members: readonly string[],
): Promise<void> {
  for (const id of members) {
    const entity = await readEntity(tx, id);
    if (entity === null) throw invalid(`invalid entity ID ${JSON.stringify(id)}`);
    if (entity.groups.includes(group)) continue;
    if (entity.groups.length >= MOST.groups) throw invalid(`an entity is in at most ${MOST.groups} groups`);
    rows.putEntity(tx, entity, { ...entity, groups: [...entity.groups, group] });
  }
  for (const id of await memberIds(tx, group)) if (!members.includes(id)) await leave(tx, rows, id, group);
}

async function leave(tx: StorageTransaction, rows: IdentityRows, id: string, group: string): Promise<void> {
  const entity = await readEntity(tx, id);
  if (entity === null) return;
  rows.putEntity(tx, entity, { ...entity, groups: entity.groups.filter((one) => one !== group) });
}

export async function dropMembers(tx: StorageTransaction, rows: IdentityRows, group: Group): Promise<void> {
  for (const id of await memberIds(tx, group.id)) await leave(tx, rows, id, group.id);
}

async function remove({ rows }: Parts, call: Call, find: (from: StorageReader) => Promise<Group | null>) {
  await call.storage.transaction(async (tx) => {
    const group = await find(tx);
    if (group === null) return;
    await dropMembers(tx, rows, group);
    for (const id of group.children) await unlink(tx, rows, id, group.id);
    for (const id of group.parents) {
      const parent = await readGroup(tx, id);
      if (parent !== null)
        rows.putGroup(tx, parent, {
          ...parent,
          children: parent.children.filter((one) => one !== group.id),
          index: parent.index + 1,
        });
    }
    rows.removeGroup(tx, group);
  });
  return undefined;
}

export async function showGroup(
  { services }: Pick<Parts, "services">,
  call: Call,
  group: Group | null,
): Promise<Reply | null> {
  if (group === null) return null;
  const members = await memberIds(call.storage, group.id);
  return { data: shownGroup(group, members, await mountsByAccessor(services.mounts)) };
}

async function list({ storage }: Call, by: "id" | "name"): Promise<Reply> {
  const groups: Group[] = [];
  for (const id of await groupIds(storage)) {
    const group = await readGroup(storage, id);
    if (group !== null) groups.push(group);
  }
  if (by === "name") return { data: { keys: groups.map(({ name }) => name).sort() } };
  const info = new Map<string, { name: string; num_member_entities: number; num_parent_groups: number }>();
  for (const { id, name, parents } of groups)
    info.set(id, {
      name,
      num_member_entities: (await memberIds(storage, id)).length,
      num_parent_groups: parents.length,
    });
  return {
    data: { keys: [...info.keys()], ...(info.size > 0 && { key_info: Object.fromEntries(info) }) },
  };
}

export const groupPaths = (parts: Parts): PathDeclaration[] =>
  namedPaths<Group>({
    segment: "group",
    one: "a group",
    many: "groups",
    fields,
    byId: readGroup,
    byName: (from, name) => parts.rows.groupNamed(from, name),
    list,
    show: (call, group) => showGroup(parts, call, group),
    remove: (call, find) => remove(parts, call, find),
    save: (call) => save(parts, call),
  });
