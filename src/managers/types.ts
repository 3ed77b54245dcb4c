/** A reference to a secret that another manager keeps: `SCHEME://PLACE[#FIELD]`. */
import type { Secret } from "../core/secret.ts";

export interface Reference {
  readonly scheme: string;
  /** What stands between `://` and `#`, as the manager wants it. */
  readonly place: string;
  /** One field of the secret; undefined: all of it. */
  readonly field?: string;
  /** As written, for messages: a reference is no secret. */
  readonly text: string;
}

export interface Resolved {
  /**
   * Its fields, and under `value` all of it (unless a field has that name), so that a JSON document can be taken apart or whole.
   * Whoever asked wipes them.
   */
  readonly fields: ReadonlyMap<string, Secret>;
  /** False: `value` is all there is. */
  readonly structured: boolean;
  /** As the manager names its versions; null where it has none. */
  readonly version: string | null;
}

export interface ResolveContext {
  /** The caller's environment: ambient identities, addresses, regions. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that relative places are read from. */
  readonly cwd: string;
  readonly signal?: AbortSignal;
}

/** One scheme, one file. */
export interface Manager {
  readonly scheme: string;
  /** In a few words, for help and messages: `AWS Secrets Manager`. */
  readonly title: string;
  /** An example, for help. */
  readonly example: string;
  /** Throws `reference.…`. */
  resolve(reference: Reference, context: ResolveContext): Promise<Resolved>;
  /** Places below a place that ends in `/`, for import; absent where the manager cannot list. Throws `reference.…`. */
  list?(reference: Reference, context: ResolveContext): Promise<readonly Listed[]>;
}

export interface Listed {
  /** The last part of its place: `OPENAI_API_KEY`. */
  readonly name: string;
  /** The reference that resolves it. */
  readonly reference: string;
}
