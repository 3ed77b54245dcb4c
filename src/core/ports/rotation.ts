/** What a rotation asks of parts that the composition hands in. */
import type { Secret } from "../secret.ts";

export interface PushResult {
  /** Where it went: `github:acme/fraud`. */
  readonly target: string;
  readonly ok: boolean;
  /** In words, without the value. */
  readonly note: string;
}

export interface RotationPorts {
  /** Carries a new value to the other places in which it has to stand. Called again after a crash. Default: there are none. */
  readonly push?: (
    path: string,
    environment: string,
    value: ReadonlyMap<string, Secret>,
  ) => Promise<readonly PushResult[]>;
  /** Whether `rotate: { script: … }` may start programs in this process; a server's machine is not its users'. */
  readonly scripts?: boolean;
  /** Milliseconds between quick tries; for tests. */
  readonly pace?: readonly number[];
}
