/**
 * Aliases of external groups: the name by which an auth method knows the group. A group has one. Its members are those whose logins
 * vouched for that name, so they go with it, and come back as they log in.
 */
import { blankAlias } from "../../kernel/identity/login.ts";
import { groupIds, readGroup } from "../../kernel/identity/rows.ts";
import type { Alias, Group } from "../../kernel/identity/types.ts";
import type { Call, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { aliasName } from "./aliases.ts";
import { blankGroup, dropMembers } from "./groups.ts";
import { type Declarations, invalid, mountsByAccessor, param, requireMount, text } from "./input.ts";
import type { Parts } from "./parts.ts";
import { aliasRoutes } from "./paths.ts";
import { listedAliases, shownAlias } from "./show.ts";

const fields: Declarations = {
  id: text("The alias's id"),
  name: text("The name the auth method gives"),
  mount_accessor: text("Accessor of the auth method's mount"),
  canonical_id: text("The external group; a new one where absent"),
};

async function save({ rows, clock, services }: Parts, call: Call): Promise<Reply> {
  const name = aliasName(call.fields);
  const id = call.fields.string("id") ?? "";
  const accessor = call.fields.string("mount_accessor") ?? "";
  const canonical = call.fields.string("canonical_id") ?? "";
  const alias = await call.storage.transaction(async (tx) => {
    const found = id === "" ? null : await rows.groupOfAliasId(tx, id);
    if (id !== "" && found?.alias?.id !== id) throw invalid("invalid group alias ID");
    if (name === undefined) throw invalid("missing alias name");
    const mount = accessor === "" ? found?.alias?.mountAccessor : accessor;
    if (mount === undefined) throw invalid("missing mount_accessor");
    await requireMount(services.mounts, mount);
    const holder = await rows.groupOfAlias(tx, mount, name);
    const from = found ?? holder;
    if (holder !== null && found !== null && holder.id !== found.id)
      throw invalid("group alias name is already in use");
    const target = canonical === "" ? from : await readGroup(tx, canonical);
    if (canonical !== "" && target === null) throw invalid("invalid group ID given in 'canonical_id'");
    if (target?.type === "internal") throw invalid("alias can't be set on an internal group");
    const group = target ?? { ...(await blankGroup(tx, rows, clock.now())), type: "external" as const };
    if (from !== null && from.id !== group.id)
      rows.putGroup(tx, from, { ...from, alias: null, index: from.index + 1, updated: clock.now() });
    const base = from?.alias ?? blankAlias(group.id, { mountAccessor: mount, name }, clock.now());
    const made: Alias = { ...base, canonicalId: group.id, mountAccessor: mount, name, updated: clock.now() };
    for (const one of [from, target])
      if (one?.alias && (one.id !== group.id || one.alias.name !== name || one.alias.mountAccessor !== mount))
        await dropMembers(tx, rows, one);
    const after: Group = { ...group, alias: made, index: group.index + 1, updated: clock.now() };
    rows.putGroup(tx, target, after);
    return made;
  });
  return { data: { id: alias.id, canonical_id: alias.canonicalId } };
}

async function remove({ rows, clock }: Parts, call: Call): Promise<undefined> {
  await call.storage.transaction(async (tx) => {
    const group = await rows.groupOfAliasId(tx, param(call, "id"));
    if (group === null) return;
    await dropMembers(tx, rows, group);
    rows.putGroup(tx, group, { ...group, alias: null, index: group.index + 1, updated: clock.now() });
  });
}

async function show({ rows, services }: Parts, call: Call): Promise<Reply | null> {
  const alias = (await rows.groupOfAliasId(call.storage, param(call, "id")))?.alias ?? null;
  if (alias === null) return null;
  return {
    data: { ...shownAlias(alias, await mountsByAccessor(services.mounts)), namespace_id: "root" },
  };
}

async function list({ services }: Parts, { storage }: Call): Promise<Reply> {
  const aliases: Alias[] = [];
  for (const id of await groupIds(storage)) {
    const alias = (await readGroup(storage, id))?.alias ?? null;
    if (alias !== null) aliases.push(alias);
  }
  return listedAliases(aliases, await mountsByAccessor(services.mounts));
}

export const groupAliasPaths = (parts: Parts): PathDeclaration[] =>
  aliasRoutes({
    segment: "group-alias",
    one: "a group",
    many: "groups",
    fields,
    list: (call) => list(parts, call),
    show: (call) => show(parts, call),
    save: (call) => save(parts, call),
    remove: (call) => remove(parts, call),
  });
