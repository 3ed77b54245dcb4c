/** What an entity amounts to: its policies and its groups', all the way up, and the values that policy templates may name. */
import type { StorageReader } from "../barrier/index.ts";
import { readEntity, readGroup } from "./rows.ts";
import type { Entity, Group, IdentityView } from "./types.ts";

/** The groups of an entity and all groups above them; direct ones first, each once. */
export async function groupsAbove(from: StorageReader, direct: readonly string[]): Promise<Group[]> {
  const found = new Map<string, Group>();
  const waiting = [...direct];
  for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
    if (found.has(id)) continue;
    const group = await readGroup(from, id);
    if (group === null) continue;
    found.set(id, group);
    waiting.push(...group.parents);
  }
  return [...found.values()];
}

/** null: no such entity. */
export async function loadView(from: StorageReader, id: string): Promise<IdentityView | null> {
  const entity = await readEntity(from, id);
  return entity === null ? null : viewOf(entity, await groupsAbove(from, entity.groups));
}

function viewOf(entity: Entity, groups: readonly Group[]): IdentityView {
  const policies = new Set([...entity.policies, ...groups.flatMap((group) => group.policies ?? [])]);
  return {
    id: entity.id,
    disabled: entity.disabled,
    policies: [...policies].sort(),
    directGroups: groups.filter(({ id }) => entity.groups.includes(id)).map(({ id }) => id),
    inheritedGroups: groups.filter(({ id }) => !entity.groups.includes(id)).map(({ id }) => id),
    templates: {
      entity: {
        id: entity.id,
        name: entity.name,
        metadata: entity.metadata ?? {},
        aliases: entity.aliases.map((alias) => ({
          mountAccessor: alias.mountAccessor,
          id: alias.id,
          name: alias.name,
          metadata: alias.metadata ?? {},
          customMetadata: alias.customMetadata ?? {},
        })),
      },
      groups: groups.map(({ id, name, metadata }) => ({ id, name, metadata: metadata ?? {} })),
    },
  };
}
