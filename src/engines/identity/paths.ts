/** Routes that entities and groups have alike, and those of both kinds of aliases: Vault's names, with each one's handlers. */
import type { StorageReader } from "../../kernel/barrier/index.ts";
import type { Call, Handler, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { type Declarations, param } from "./input.ts";

export interface Named<T> {
  /** The first segment: `entity`. */
  readonly segment: string;
  /** For the summaries: `an entity`, `entities`. */
  readonly one: string;
  readonly many: string;
  readonly fields: Declarations;
  readonly byId: (from: StorageReader, id: string) => Promise<T | null>;
  readonly byName: (from: StorageReader, name: string) => Promise<T | null>;
  readonly list: (call: Call, by: "id" | "name") => Promise<Reply>;
  readonly show: (call: Call, found: T | null) => Promise<Reply | null>;
  readonly remove: (call: Call, find: (from: StorageReader) => Promise<T | null>) => Promise<undefined>;
  readonly save: Handler;
}

/** Lists by id and by name, one by id and by name, and what makes or changes one. */
export function namedPaths<T>(kind: Named<T>): PathDeclaration[] {
  const { segment, one, many, fields, save } = kind;
  const article = `${one.charAt(0).toUpperCase()}${one.slice(1)}`.replace(/^An? /, "One ");
  const at = (by: "id" | "name"): PathDeclaration => {
    const find = (call: Call) => (from: StorageReader) =>
      by === "id" ? kind.byId(from, param(call, "id")) : kind.byName(from, param(call, "name"));
    return {
      pattern: `${segment}/${by}/{${by}}`,
      summary: `${article} by its ${by}`,
      fields,
      operations: {
        read: async (call) => await kind.show(call, await find(call)(call.storage)),
        update: save,
        delete: (call) => kind.remove(call, find(call)),
      },
    };
  };
  const listed = (by: "id" | "name"): PathDeclaration => ({
    pattern: `${segment}/${by}`,
    summary: `List ${many} by ${by}`,
    operations: { list: (call) => kind.list(call, by) },
  });
  return [
    listed("id"),
    listed("name"),
    at("id"),
    at("name"),
    { pattern: segment, summary: `Make or change ${one}`, fields, operations: { update: save } },
  ];
}

export interface Aliases {
  /** `entity-alias` */
  readonly segment: string;
  /** `an entity`, `entities` */
  readonly one: string;
  readonly many: string;
  readonly fields: Declarations;
  readonly list: Handler;
  readonly show: Handler;
  readonly save: Handler;
  readonly remove: Handler;
}

export const aliasRoutes = (kind: Aliases): PathDeclaration[] => [
  {
    pattern: `${kind.segment}/id`,
    summary: `List aliases of ${kind.many}`,
    operations: { list: kind.list },
  },
  {
    pattern: `${kind.segment}/id/{id}`,
    summary: `One alias of ${kind.one}`,
    fields: kind.fields,
    operations: { read: kind.show, update: kind.save, delete: kind.remove },
  },
  {
    pattern: kind.segment,
    summary: `Make or change an alias of ${kind.one}`,
    fields: kind.fields,
    operations: { update: kind.save },
  },
];
