/** A store that others keep, into which a value is put where jobs take it from. One file a target; `index.ts` is the registry. */
import type { Secret } from "../../core/secret.ts";

/** As declared, checked by the target itself: `repository`, `environment`, `namespace` … */
export type PushSettings = Readonly<Record<string, string>>;

export interface PushContext {
  /** The caller's environment: the clouds' ambient identities, and the CI's own API variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** False: a file that a declaration names is not read. */
  readonly files?: boolean;
  /** Of the secret that `with:` names; null: the machine's own identity. Not wiped here. */
  readonly token: Secret | null;
  readonly signal?: AbortSignal;
}

/** The target does not keep the value's owner: callers wipe it. */
export interface PushEntry {
  readonly name: string;
  readonly value: Secret;
}

export interface PushedState {
  readonly name: string;
  /** Differs when somebody else changed it there; compared, never read. */
  readonly mark: string;
  /** RFC 3339; null: the target does not say. */
  readonly updated: string | null;
}

export interface PushTarget {
  readonly id: string;
  readonly title: string;
  /** Names of settings; no other may stand in a declaration. */
  readonly settings: { readonly required: readonly string[]; readonly optional: readonly string[] };
  /** Whether `with:` must name a token; otherwise the machine's identity is asked. */
  readonly token: boolean;
  /** What a name must be like there, as an expression for the whole name, and in words. */
  readonly names: { readonly pattern: RegExp; readonly expected: string };
  /** The usual variable name as it is written there; itself when left out. */
  readonly rename?: (variable: string) => string;
  /** Where it goes, for people and as the key of what is remembered. Throws `push.bad-place`. */
  place(settings: PushSettings): string;
  /** Puts all of them there, or throws with some of them there: a second time brings the rest. Throws `push.…`, `reference.…`. */
  push(
    settings: PushSettings,
    entries: readonly PushEntry[],
    context: PushContext,
  ): Promise<readonly PushedState[]>;
  /** Those of the names that are there. Values are not read, or erased where the target sends them unasked. */
  state(
    settings: PushSettings,
    names: readonly string[],
    context: PushContext,
  ): Promise<readonly PushedState[]>;
}
