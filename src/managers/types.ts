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
  /** Its fields; a value that is no object of fields has the one field `value`. Whoever asked wipes them. */
  readonly fields: ReadonlyMap<string, Secret>;
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
  /** Throws `reference.…`. */
  resolve(reference: Reference, context: ResolveContext): Promise<Resolved>;
}
