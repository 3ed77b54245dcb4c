/** The declaration as Bulkhead works with it: every default filled in, every entry with the line it stands on. */
import type { Kind } from "../core/kinds.ts";
import type { DeclaredPush } from "../core/ports/project.ts";

/** 1-based; columns count characters. */
export interface At {
  readonly line: number;
  readonly column: number;
}

export interface Environment {
  readonly name: string;
  /** A person's login may run stages here. */
  readonly people: boolean;
  readonly production: boolean;
  /** How many other people must agree; 0 when nobody has to. */
  readonly approve: number;
  /** As written: `Mon-Thu 08:00-16:00`. */
  readonly window?: string;
  readonly at: At;
}

export interface Rotation {
  /** Milliseconds. */
  readonly every: number;
  /** How long the old value lives on, in milliseconds. */
  readonly grace?: number;
  /** The secret that mints the new value. */
  readonly with?: string;
  /** The key API's address in place of the vendor's own. */
  readonly url?: string;
  /** A program, or an address, that makes and revokes values. */
  readonly script?: string;
  readonly webhook?: string;
  /** False when the period is the provider's or the kind's default. */
  readonly declared: boolean;
}

/** Where a value must stand besides. */
export interface PushDeclaration extends DeclaredPush {
  readonly at: At;
}

export interface DeclaredSecret {
  readonly name: string;
  /** False when a stage names a provider that `secrets:` doesn't: name and provider are the same then. */
  readonly declared: boolean;
  readonly provider?: string;
  readonly kind: Kind;
  /** The secret's own, else the project's. */
  readonly owner?: string;
  readonly purpose?: string;
  readonly allow: readonly string[];
  readonly rotate: Rotation;
  /** Why several stages use it. */
  readonly shared?: string;
  /** Path that mints it, with `{env}`. */
  readonly dynamic?: string;
  /** Milliseconds; with `dynamic` only. */
  readonly ttl?: number;
  /** Reference to another manager, with `{env}`. */
  readonly from?: string;
  /** Fields that are no secret (user name, region); declared ones and the provider's. */
  readonly plain: readonly string[];
  /** Its fields where the provider or the declaration tells them; empty when any may exist. */
  readonly fields: readonly string[];
  /** Left out: nowhere. */
  readonly push?: readonly PushDeclaration[];
  readonly at: At;
}

/**
 * How a job gets a value: as the variable itself, as a file that the variable names, as a nameless file behind a descriptor
 * (`/dev/fd/20`), or as a pipe that gives it out `maxReads` times.
 */
export interface Delivery {
  readonly as: "variable" | "file" | "descriptor" | "pipe";
  /** The file's or pipe's own name; the variable's when left out. */
  readonly name?: string;
  readonly maxReads?: number;
}

export interface Use extends Delivery {
  readonly variable: string;
  readonly secret: string;
  readonly field: string;
  /** True for the variables that `use: [aws]` gives by itself: those are set whose field the stored secret has. */
  readonly optional: boolean;
  readonly at: At;
}

export interface Part {
  readonly secret: string;
  readonly field: string;
}

/** A value put together of several: `postgres://${db.username}:${db.password}@host/x`. */
export interface ComposedUse extends Delivery {
  readonly variable: string;
  /** The text itself; null: it stands in `file`. */
  readonly template: string | null;
  /** Of a template, relative to the declaration's folder. */
  readonly file?: string;
  /** By the name that stands in the text; of a file, the secrets that may stand there. */
  readonly parts: Readonly<Record<string, Part>>;
  readonly at: At;
}

/** What happens to a running job when a value it holds is superseded. */
export type OnChange = "restart" | "none" | { readonly signal: "HUP" | "INT" | "TERM" | "USR1" | "USR2" };

export interface BrokeredUse extends Use {
  /** Empty: any model. */
  readonly models: readonly string[];
  /** As written: `20 USD/day`. */
  readonly budget?: string;
}

export interface PlainVariable {
  readonly variable: string;
  readonly value: string;
  readonly at: At;
}

export interface Stage {
  readonly name: string;
  /** The stage's own command, a shell line. */
  readonly run?: string;
  readonly check?: string;
  readonly onChange?: OnChange;
  readonly use: readonly Use[];
  readonly composed: readonly ComposedUse[];
  readonly broker: readonly BrokeredUse[];
  readonly set: readonly PlainVariable[];
  /** Longest life of the stage's token in milliseconds. */
  readonly ttl: number;
  /** Hosts the job may reach; null: not restricted. */
  readonly network: readonly string[] | null;
  /** Where `run`, `check` … stand, for messages. */
  readonly lines: Readonly<Record<string, At>>;
  readonly at: At;
}

export interface Identity {
  readonly stage: string;
  readonly environment: string;
  /** Auth method: `github`, `gitlab`, `kubernetes` … */
  readonly method: string;
  readonly claims: Readonly<Record<string, readonly string[]>>;
  /** Where each of them stands. */
  readonly places: Readonly<Record<string, At>>;
  readonly at: At;
}

export interface Manifest {
  /** As named by the caller; stands in messages. */
  readonly file: string;
  readonly project: string;
  readonly owner?: string;
  readonly environments: readonly Environment[];
  /** Declared ones in the file's order, then those that stages name by their provider. */
  readonly secrets: readonly DeclaredSecret[];
  readonly stages: readonly Stage[];
  readonly identities: readonly Identity[];
}
