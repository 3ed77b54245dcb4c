/** The anomaly rules' shapes. See index.ts for the purpose of this folder. */
import type { AuditRecord } from "../../audit-log/index.ts";

export const severities = ["low", "medium", "high", "critical"] as const;
export type Severity = (typeof severities)[number];

/** Whoever made a request, as the log has it in clear. */
export interface Who {
  /** What counts as one and the same: `fraud/train in prod`, else the login's name. Names of the log, unbounded. */
  readonly identity: string;
  /** The token's accessor as the log has it (`hmac-sha256:…`): the same for one token. */
  readonly token: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** One answered request. */
export interface Access {
  /** Milliseconds since the epoch; before that of the access before only where a clock was set back. */
  readonly time: number;
  readonly place: { readonly segment: string; readonly seq: number; readonly request: string };
  readonly operation: string;
  readonly path: string;
  readonly mount: string;
  /** An address, or `local` for the store's own process. */
  readonly remote: string;
  readonly status: number;
  /** Null: no token, or one that is not known (any more). */
  readonly who: Who | null;
  /** A value was given out: the secret's path without its engine's own words; null for all else. */
  readonly secret: string | null;
  /** What a key-value path names where it stands as `apply` lays it out. */
  readonly cell: { readonly project: string; readonly environment: string; readonly name: string } | null;
  /** Of the secret, in the answer; null where it has none. */
  readonly version: number | null;
  /** A token that this request was given, as the log has it. */
  readonly granted: {
    readonly token: string;
    readonly accessor: string;
    readonly metadata: Readonly<Record<string, string>>;
  } | null;
  /** A token was sent that this store does not know: its hash as the log has it. */
  readonly unknownToken: string | null;
  /** What the request said that stands in the log (in clear, or as a hash), for logins and revocations. */
  readonly asked: Readonly<Record<string, unknown>>;
}

export interface Anomaly {
  readonly rule: string;
  readonly severity: Severity;
  /** The same again is the same alert: rule and subject, unbounded. */
  readonly subject: string;
  /** One sentence, safe to print: who did what, and why that is not as usual. */
  readonly text: string;
  readonly time: number;
  readonly access: Access;
}

export type SettingKind = "duration" | "count";

export interface SettingDeclaration {
  readonly kind: SettingKind;
  /** As it is written: `14d`, `8`. */
  readonly default: string;
  readonly description: string;
}
type Settings = Readonly<Record<string, SettingDeclaration>>;
/** Durations in milliseconds. */
export type SettingValues<S extends Settings = Settings> = { readonly [K in keyof S]: number };

/** A bounded map that forgets what was not written to for the longest time. Values are JSON. */
export interface Table<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  delete(key: string): void;
  /** The oldest first. */
  entries(): IterableIterator<[string, V]>;
  readonly size: number;
}

export interface Memory {
  /** The same name gives the same table. */
  table<V>(name: string, most: number): Table<V>;
}

/** What every rule may ask of the log's own history. */
export interface History {
  /** The first entry's time. */
  readonly since: number;
  /** When the project was last applied: what is new after that was declared. */
  applied(project: string): number | null;
}

/** What a rule found. */
export interface Said {
  /** The same again is the same alert. Unbounded. */
  readonly subject: string;
  readonly text: string;
  readonly access: Access;
}
export const said = (access: Access, found: Omit<Said, "access">): Said => ({ ...found, access });

export interface Watcher {
  see(access: Access, history: History): Said | null;
  /** What was held back and is due, at the time of an access or of the clock. */
  due?(now: number): readonly Said[];
}

export interface Rule<S extends Settings = Settings> {
  /** `new-reader` */
  readonly id: string;
  /** Lower case, no full stop. */
  readonly title: string;
  readonly severity: Severity;
  /** Why it matters, one sentence. */
  readonly reason: string;
  /** What it says, with `…` for names. */
  readonly says: string;
  /** What is no anomaly to it, one sentence. */
  readonly silent: string;
  readonly settings: S;
  start(settings: SettingValues<S>, memory: Memory): Watcher;
}

export type AnyRule = Omit<Rule, "start"> & {
  start(settings: Readonly<Record<string, number>>, memory: Memory): Watcher;
};

/** Types the settings that `start` is given by those that are declared. */
export const rule = <const S extends Settings>(declared: Rule<S>): AnyRule => declared as unknown as AnyRule;

/** What of a rule was changed; a setting as it is written. */
export interface RuleTuning {
  readonly off?: boolean;
  readonly settings?: Readonly<Record<string, string>>;
}
export type Tuning = Readonly<Record<string, RuleTuning>>;

export interface Fold {
  /** Anomalies that this entry completes. Entries may be of any kind and version: `unread` counts those that say nothing here. */
  take(record: AuditRecord): readonly Anomaly[];
  /** What was held back and is over by the clock; milliseconds since the epoch. */
  due(now: number): readonly Anomaly[];
  /** Of the entry taken last; null: it was no answer. */
  readonly last: Access | null;
  /** Entries of no known kind. */
  readonly unread: number;
  /** All that it knows, as JSON text; bounded. */
  save(): string;
}
