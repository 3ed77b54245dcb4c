/** What the inventory is told (facts, gathered through the API by its callers) and what it says (credentials). Times in milliseconds since the epoch. */
import type { Kind } from "../core/kinds.ts";

export interface Variable {
  readonly variable: string;
  readonly secret: string;
}

export interface StageFacts {
  readonly name: string;
  /** Names of secrets that its job holds. */
  readonly uses: readonly string[];
  /** Names of secrets that the broker keeps for it. */
  readonly brokered: readonly string[];
  readonly variables: readonly Variable[];
}

export interface SecretFacts {
  readonly name: string;
  readonly provider: string | null;
  readonly kind: Kind;
  readonly owner: string | null;
  readonly purpose: string | null;
  readonly allow: readonly string[];
  /** Milliseconds. */
  readonly every: number;
  /** The secrets that mint it or push it elsewhere. */
  readonly with: readonly string[];
  /** Why several stages use it. */
  readonly shared: string | null;
  readonly dynamic: string | null;
  readonly from: string | null;
}

export interface ProjectFacts {
  readonly name: string;
  readonly environments: readonly {
    readonly name: string;
    readonly production: boolean;
    readonly people: boolean;
  }[];
  readonly secrets: readonly SecretFacts[];
  readonly stages: readonly StageFacts[];
  /** `stage` and `environment` of those that a platform's identity may log in for. */
  readonly identities: readonly { readonly stage: string; readonly environment: string }[];
}

/** A secret of a key-value mount, by its metadata alone. */
export interface StoredFacts {
  /** Of the current version; null: there is none, or it was deleted. */
  readonly created: number | null;
  readonly version: number;
  readonly versions: number;
  readonly retired: RetiredFacts | null;
}

export interface RetiredFacts {
  readonly since: number;
  /** When it is destroyed; null: it was. */
  readonly until: number | null;
  readonly by: string;
  readonly reason: string;
}

export interface UseFacts {
  readonly last: number;
  readonly readers: ReadonlyMap<string, { readonly last: number; readonly count: number }>;
}

export interface UsageFacts {
  readonly paths: ReadonlyMap<string, UseFacts>;
  /** Between these moments no entry is missing; null: not known. */
  readonly covers: { readonly from: number; readonly to: number } | null;
}

/** One value in one proved receipt. */
export interface ReceiptFacts {
  readonly project: string;
  readonly stage: string;
  readonly environment: string;
  readonly secret: string;
  readonly run: string;
  readonly ended: number;
  readonly used: "yes" | "no" | "unknown";
}

/** Where a scan saw the value of a stored secret. */
export interface FindingFacts {
  readonly id: string;
  readonly project: string;
  readonly environment: string;
  readonly secret: string;
  readonly place: string;
  readonly open: boolean;
  /** Whether it is the value in use. */
  readonly current: boolean;
}

/** A row of a repository's CI inventory. */
export interface PipelineFacts {
  readonly repository: string;
  readonly workflow: string;
  readonly job: string;
  readonly phase: string;
  readonly kind: string;
  readonly credential: string;
  readonly systems: readonly string[];
  readonly environments: readonly string[];
  readonly owner: string;
  readonly place: string;
}

export interface PushFacts {
  readonly project: string;
  readonly environment: string;
  readonly secret: string;
  readonly target: string;
  readonly place: string;
  readonly name: string;
  readonly version: number;
  readonly time: number;
}

/** What a provider said of a key. */
export interface RightsFacts {
  readonly project: string;
  readonly environment: string;
  readonly secret: string;
  readonly version: number;
  readonly time: number;
  /** In our words: `read`, `write`, `admin`, `inference` …; null: the provider does not tell. */
  readonly rights: readonly string[] | null;
  /** As the provider names them. */
  readonly scopes: readonly string[];
  /** It acts for a person, so says its form or its provider. */
  readonly person: boolean;
}

export interface InventoryFacts {
  readonly now: number;
  readonly projects: readonly ProjectFacts[];
  /** By `mount/path`, as `secret/fraud/prod/openai`. */
  readonly stored: ReadonlyMap<string, StoredFacts>;
  /** null: there is no audit log in reach. */
  readonly usage: UsageFacts | null;
  readonly receipts: readonly ReceiptFacts[];
  readonly findings: readonly FindingFacts[];
  readonly pipelines: readonly PipelineFacts[];
  readonly pushes: readonly PushFacts[];
  readonly rights: readonly RightsFacts[];
  /** Living leases by the path that gave them out; a path that was not asked for is absent. */
  readonly leases: ReadonlyMap<string, number>;
}

/** `none`: not once since then, by a log that misses nothing. */
export type LastUse =
  | { readonly state: "used"; readonly time: number; readonly by: string; readonly from: "audit" | "receipt" }
  | { readonly state: "none"; readonly since: number }
  | { readonly state: "unknown" };

export interface Consumer {
  readonly who: string;
  readonly last: number;
  readonly from: "audit" | "receipt";
}

export interface Copy {
  readonly what: "finding" | "pipeline" | "push" | "reference";
  /** In a few words, with the place. */
  readonly place: string;
}

export type FlagId =
  | "unused"
  | "ownerless"
  | "overdue"
  | "shared"
  | "over-powered"
  | "personal"
  | "leaked"
  | "undeclared"
  | "retired";

export interface Flag {
  readonly id: FlagId;
  /** One sentence without full stop. */
  readonly why: string;
}

export interface Credential {
  /** `project/environment/name`, or the path of one that no project declares. */
  readonly id: string;
  readonly project: string | null;
  readonly environment: string | null;
  readonly name: string;
  /** Where it is read: a path of the API, or a reference. */
  readonly path: string;
  readonly kind: Kind;
  readonly provider: string | null;
  readonly owner: string | null;
  readonly purpose: string | null;
  readonly stages: readonly string[];
  readonly consumers: readonly Consumer[];
  readonly storage: "stored" | "dynamic" | "elsewhere";
  /** Of the value in use; null: not known, or there is none. */
  readonly created: number | null;
  /** Of the key-value store; null: it is not kept there. */
  readonly version: number | null;
  readonly lastUse: LastUse;
  /** When it has to be replaced; null: it ends by itself, or its age is not known. */
  readonly due: number | null;
  readonly every: number | null;
  readonly opens: string;
  readonly elsewhere: readonly Copy[];
  readonly leases: number | null;
  readonly allow: readonly string[];
  readonly rights: RightsFacts | null;
  readonly flags: readonly Flag[];
  readonly retired: RetiredFacts | null;
}
