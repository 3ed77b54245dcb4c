/** `lookup/entity` and `lookup/group`: by id, name, alias id, or an alias's name and mount; 204 for what is not there. */
import { readEntity, readGroup } from "../../kernel/identity/rows.ts";
import type { Call, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { showEntity } from "./entities.ts";
import { showGroup } from "./groups.ts";
import { type Declarations, invalid, text } from "./input.ts";
import type { Parts } from "./parts.ts";

const fields: Declarations = {
  id: text("Its id"),
  name: text("Its name"),
  alias_id: text("Id of its alias"),
  alias_name: text("Name of its alias, with alias_mount_accessor"),
  alias_mount_accessor: text("Accessor of the alias's mount, with alias_name"),
};

/** One way to find a thing each. */
interface Ways<T> {
  id(id: string): Promise<T | null>;
  name(name: string): Promise<T | null>;
  aliasId(id: string): Promise<T | null>;
  alias(accessor: string, name: string): Promise<T | null>;
}

async function find<T>(call: Call, ways: Ways<T>): Promise<T | null> {
  const given = (name: string): string => call.fields.string(name) ?? "";
  const [id, name, aliasId] = [given("id"), given("name"), given("alias_id")];
  const [aliasName, accessor] = [given("alias_name"), given("alias_mount_accessor")];
  const asked = [id, name, aliasId, aliasName + accessor].filter((one) => one !== "");
  if (asked.length === 0) throw invalid("query parameter not supplied");
  if (asked.length > 1)
    throw invalid("query parameter conflict; please supply distinct set of query parameters");
  if (id !== "") return await ways.id(id);
  if (name !== "") return await ways.name(name);
  if (aliasId !== "") return await ways.aliasId(aliasId);
  if (aliasName === "" || accessor === "")
    throw invalid("both 'alias_name' and 'alias_mount_accessor' needs to be set");
  return await ways.alias(accessor, aliasName);
}

export function lookupPaths(parts: Parts): PathDeclaration[] {
  const { rows } = parts;
  const entity = async (call: Call): Promise<Reply | undefined> => {
    const found = await find(call, {
      id: (id) => readEntity(call.storage, id),
      name: (name) => rows.entityNamed(call.storage, name),
      aliasId: (id) => rows.entityOfAliasId(call.storage, id),
      alias: (accessor, name) => rows.entityOfAlias(call.storage, accessor, name),
    });
    return (await showEntity(parts, call, found)) ?? undefined;
  };
  const group = async (call: Call): Promise<Reply | undefined> => {
    const found = await find(call, {
      id: (id) => readGroup(call.storage, id),
      name: (name) => rows.groupNamed(call.storage, name),
      aliasId: (id) => rows.groupOfAliasId(call.storage, id),
      alias: (accessor, name) => rows.groupOfAlias(call.storage, accessor, name),
    });
    return (await showGroup(parts, call, found)) ?? undefined;
  };
  return [
    { pattern: "lookup/entity", summary: "Find an entity", fields, operations: { update: entity } },
    { pattern: "lookup/group", summary: "Find a group", fields, operations: { update: group } },
  ];
}
