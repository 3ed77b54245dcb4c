/** `entity/merge`: several entities become one. Their aliases, groups and tokens are its own from then on; their policies end. */
import { readEntity } from "../../kernel/identity/rows.ts";
import { MOST, type Alias, type Entity } from "../../kernel/identity/types.ts";
import type { Call, PathDeclaration } from "../../kernel/plugin.ts";
import { givenIds, invalid, text } from "./input.ts";
import type { Parts } from "./parts.ts";

const MOST_MERGED = 100;

async function merge({ rows, clock }: Parts, call: Call): Promise<undefined> {
  const toId = call.fields.string("to_entity_id") ?? "";
  const fromIds = givenIds(call.fields, "from_entity_ids", MOST_MERGED) ?? [];
  const keep = givenIds(call.fields, "conflicting_alias_ids_to_keep", MOST.aliases) ?? [];
  if (toId === "") throw invalid("missing entity id to merge to");
  if (fromIds.length === 0) throw invalid("missing entity ids to merge from");
  if (fromIds.includes(toId)) throw invalid("to_entity_id should not be present in from_entity_ids");
  await call.storage.transaction(async (tx) => {
    const to = await readEntity(tx, toId);
    if (to === null) throw invalid("entity id to merge to is invalid");
    let after: Entity = to;
    for (const id of fromIds) {
      const from = await readEntity(tx, id);
      if (from === null || from.id === to.id) throw invalid("entity id to merge from is invalid");
      const aliases = joined(after, from, { keep, alone: fromIds.length === 1 });
      after = {
        ...after,
        aliases: aliases.map((alias) => moved(alias, from.id, to.id, clock.now())),
        groups: [...new Set([...after.groups, ...from.groups])],
        // an entity that was disabled must not come back by being merged
        disabled: after.disabled || from.disabled,
        merged: [...after.merged, ...from.merged, from.id],
        updated: clock.now(),
      };
      rows.removeEntity(tx, from);
    }
    if (after.aliases.length > MOST.aliases) throw invalid(`an entity has at most ${MOST.aliases} aliases`);
    rows.putEntity(tx, to, after);
  });
}

const moved = (alias: Alias, from: string, to: string, now: number): Alias =>
  alias.canonicalId === to
    ? alias
    : { ...alias, canonicalId: to, mergedFrom: [...alias.mergedFrom, from], updated: now };

/** Both entities' aliases. Two on one mount clash: then the caller must have said which one stays. */
function joined(
  to: Entity,
  from: Entity,
  { keep, alone }: { keep: readonly string[]; alone: boolean },
): readonly Alias[] {
  const clashes = from.aliases.flatMap((theirs) =>
    to.aliases
      .filter(({ mountAccessor }) => mountAccessor === theirs.mountAccessor)
      .map((ours) => ({ ours, theirs })),
  );
  const dropped = new Set<string>();
  for (const { ours, theirs } of clashes) {
    const kept = [ours, theirs].filter(({ id }) => keep.includes(id));
    if (!alone || kept.length !== 1)
      throw invalid(
        "toEntity and at least one fromEntity have aliases with the same mount accessor, repeat the merge request " +
          `specifying exactly one fromEntity, clashes: mountAccessor: ${ours.mountAccessor}, ` +
          `conflicting toEntity alias ID: ${ours.id}, conflicting fromEntity alias ID: ${theirs.id}`,
      );
    dropped.add(kept[0] === ours ? theirs.id : ours.id);
  }
  return [...to.aliases, ...from.aliases].filter(({ id }) => !dropped.has(id));
}

export const mergePath = (parts: Parts): PathDeclaration => ({
  pattern: "entity/merge",
  summary: "Merge entities into one",
  fields: {
    to_entity_id: text("The entity that stays"),
    from_entity_ids: { type: "strings", description: "The entities that go", plain: true },
    conflicting_alias_ids_to_keep: {
      type: "strings",
      description: "Of two aliases on one mount the one that stays; with one entity to merge only",
      plain: true,
    },
    force: { type: "bool", description: "Accepted for older clients", plain: true },
  },
  operations: { update: (call) => merge(parts, call) },
});
