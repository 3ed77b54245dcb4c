/** Who stands behind tokens: an entity is one person or workload, its aliases are the names it logs in by, groups give it policies. */
import type { TemplateValues } from "../policy/types.ts";

export type Texts = Readonly<Record<string, string>>;

/** Times in milliseconds since the epoch. */
export interface Alias {
  readonly id: string;
  /** Of the entity, or of the group. */
  readonly canonicalId: string;
  readonly mountAccessor: string;
  readonly name: string;
  /** What the auth method says at each login; null: nothing. */
  readonly metadata: Texts | null;
  /** What an operator wrote. */
  readonly customMetadata: Texts | null;
  readonly created: number;
  readonly updated: number;
  /** Entities it belonged to before they were merged. */
  readonly mergedFrom: readonly string[];
}

export interface Entity {
  readonly id: string;
  readonly name: string;
  readonly metadata: Texts | null;
  readonly policies: readonly string[];
  readonly disabled: boolean;
  readonly created: number;
  readonly updated: number;
  /** Ids of entities merged into this one: their tokens are this one's. */
  readonly merged: readonly string[];
  readonly aliases: readonly Alias[];
  /** Groups it is a direct member of. */
  readonly groups: readonly string[];
}

export interface Group {
  readonly id: string;
  readonly name: string;
  /** `external`: its members are those whose logins vouch for the group's alias. */
  readonly type: "internal" | "external";
  readonly metadata: Texts | null;
  readonly policies: readonly string[] | null;
  readonly alias: Alias | null;
  /** Groups that this one is a member of, and those that are members of it. */
  readonly parents: readonly string[];
  readonly children: readonly string[];
  readonly created: number;
  readonly updated: number;
  /** Counts the changes. */
  readonly index: number;
}

/** An entity as requests see it. Shared and cached: the same object as long as nothing of it changed. */
export interface IdentityView {
  readonly id: string;
  readonly disabled: boolean;
  /** Its own and those of all its groups; sorted, each once. */
  readonly policies: readonly string[];
  readonly templates: {
    readonly entity: NonNullable<TemplateValues["entity"]>;
    readonly groups: NonNullable<TemplateValues["groups"]>;
  };
  readonly directGroups: readonly string[];
  readonly inheritedGroups: readonly string[];
}

export const MOST = {
  aliases: 200,
  groups: 1_000,
  children: 1_000,
  members: 10_000,
  policies: 256,
  pairs: 64,
  keyBytes: 128,
  valueBytes: 512,
  nameBytes: 512,
} as const;
