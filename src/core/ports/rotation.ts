/** What a rotation asks of parts that the composition hands in. */
import type { Secret } from "../secret.ts";
import type { ApiTransport } from "./api.ts";

export interface PushResult {
  /** Where it went: `github:acme/fraud`. */
  readonly target: string;
  readonly ok: boolean;
  /** Where it failed: whether no other value of ours stands there. Left out: it may. */
  readonly holdsNoOther?: boolean;
  /** In words, without the value. */
  readonly note: string;
}

/** The rights with which a rotation itself reads and writes: of this process alone, and audited as its own. */
export interface RotationRights {
  readonly send: ApiTransport;
  /** Not the receiver's: it does not wipe it. */
  readonly token: Secret;
}

export interface RotationPorts {
  /**
   * Carries the value that is current by now to the other places in which it has to stand; `path` is `secret/PROJECT/ENVIRONMENT/SECRET`.
   * Called again after a crash, and with the old value on the way back. The caller wipes it. Default: there are no such places.
   */
  readonly push?: (
    path: string,
    environment: string,
    value: ReadonlyMap<string, Secret>,
    rights: RotationRights,
  ) => Promise<readonly PushResult[]>;
  /** Whether `rotate: { script: … }` may start programs in this process; a server's machine is not its users'. */
  readonly scripts?: boolean;
  /** Milliseconds between quick tries; for tests. */
  readonly pace?: readonly number[];
}
