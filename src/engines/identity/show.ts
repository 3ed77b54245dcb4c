/** Entities, aliases and groups as the API shows them. */
import { rfc3339 } from "../../core/clock.ts";
import type { ReplyValue } from "../../core/json-bytes.ts";
import type { Alias, Entity, Group, IdentityView } from "../../kernel/identity/types.ts";
import type { MountInfo, Reply } from "../../kernel/plugin.ts";

export type Mounts = ReadonlyMap<string, MountInfo>;
export type Shown = Record<string, ReplyValue>;

const listed = (ids: readonly string[]): readonly string[] | null => (ids.length > 0 ? ids : null);

function withMount({ mountAccessor }: Alias, mounts: Mounts): Shown {
  const mount = mounts.get(mountAccessor);
  return { mount_accessor: mountAccessor, mount_path: mount?.path ?? "", mount_type: mount?.type ?? "" };
}

export function shownAlias(alias: Alias, mounts: Mounts): Shown {
  return {
    ...withMount(alias, mounts),
    canonical_id: alias.canonicalId,
    creation_time: rfc3339(alias.created),
    custom_metadata: alias.customMetadata,
    id: alias.id,
    last_update_time: rfc3339(alias.updated),
    local: false,
    merged_from_canonical_ids: listed(alias.mergedFrom),
    metadata: alias.metadata,
    name: alias.name,
  };
}

/** A list of aliases, by id. */
export function listedAliases(aliases: readonly Alias[], mounts: Mounts): Reply {
  const sorted = [...aliases].sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    data: {
      keys: sorted.map(({ id }) => id),
      ...(sorted.length > 0 && {
        key_info: Object.fromEntries(sorted.map((alias) => [alias.id, aliasInfo(alias, mounts)])),
      }),
    },
  };
}

function aliasInfo(alias: Alias, mounts: Mounts): Shown {
  return {
    ...withMount(alias, mounts),
    canonical_id: alias.canonicalId,
    custom_metadata: alias.customMetadata,
    local: false,
    metadata: alias.metadata,
    name: alias.name,
  };
}

export function shownEntity(entity: Entity, view: IdentityView | null, mounts: Mounts): Shown {
  const [direct, inherited] = [view?.directGroups ?? [], view?.inheritedGroups ?? []];
  return {
    aliases: entity.aliases.map((alias) => shownAlias(alias, mounts)),
    creation_time: rfc3339(entity.created),
    direct_group_ids: direct,
    disabled: entity.disabled,
    group_ids: [...direct, ...inherited],
    id: entity.id,
    inherited_group_ids: inherited,
    last_update_time: rfc3339(entity.updated),
    merged_entity_ids: listed(entity.merged),
    metadata: entity.metadata,
    name: entity.name,
    namespace_id: "root",
    policies: entity.policies,
  };
}

export function shownGroup(group: Group, members: readonly string[], mounts: Mounts): Shown {
  const { alias } = group;
  return {
    alias: alias === null ? {} : groupAlias(alias, mounts),
    creation_time: rfc3339(group.created),
    id: group.id,
    last_update_time: rfc3339(group.updated),
    member_entity_ids: listed(members),
    member_group_ids: listed(group.children),
    metadata: group.metadata,
    modify_index: group.index,
    name: group.name,
    namespace_id: "root",
    parent_group_ids: listed(group.parents),
    policies: group.policies,
    type: group.type,
  };
}

function groupAlias(alias: Alias, mounts: Mounts): Shown {
  const { custom_metadata: _none, local: _no, ...shown } = shownAlias(alias, mounts);
  return shown;
}
