/**
 * A driver makes and revokes credentials at one sort of provider. It keeps nothing: what it has to know stands in the row, so that a
 * driver that died in the middle is asked again. Errors are `rotation.unavailable` (ask again), `rotation.refused` (do not) and
 * `rotation.bad-answer` (it may have made something); none holds a value.
 */
import type { Secret } from "../../core/secret.ts";
import type { Provider } from "../../providers/types.ts";
import type { SendRequest, Verification } from "../../verify/index.ts";
import type { Parts } from "../types.ts";

export interface DriverContext {
  readonly provider: Provider;
  readonly secret: string;
  /** The name the new one gets at the provider: unique to the rotation, the same at every try. */
  readonly name: string;
  readonly old: Parts;
  /** What the provider calls the old one; empty: not known. */
  readonly oldHandle?: string;
  /** Of the secret that `with:` names; null: none is named. */
  readonly minter: Parts | null;
  /** From the declaration, never from the environment. */
  readonly url?: string | undefined;
  readonly script?: string | undefined;
  readonly webhook?: string | undefined;
  /** Whether programs may be started in this process. */
  readonly scripts?: boolean;
  readonly send: SendRequest;
  readonly signal?: AbortSignal | undefined;
}

export interface Created {
  /** The new one's parts; those that it lacks stay as they are. The caller owns them. */
  readonly parts: ReadonlyMap<string, Secret>;
  /** By which `revoke` knows it. */
  readonly handle: string;
}

export interface Driver {
  readonly id: string;
  /** Parts without which it can do nothing: a person rotates such a credential. */
  readonly needs?: readonly string[];
  /** Absent: a person makes it. */
  create?(context: DriverContext): Promise<Created>;
  /**
   * Handles of what stands under the rotation's name, or (without names) of all there is, which is compared with `before`. Null: the
   * provider does not tell.
   */
  standing(context: DriverContext): Promise<readonly string[] | null>;
  /** True: `standing` lists every key, not only those of this rotation. */
  readonly listsAll?: boolean;
  /** `revoke` goes by the old one's parts: a handle is not needed. */
  readonly revokesByParts?: boolean;
  /** The old one's handle; null when it cannot be told. */
  handleOf(context: DriverContext): Promise<string | null>;
  /** Absent: a person does it. Done when it is gone already. */
  revoke?(context: DriverContext, handle: string): Promise<void>;
  verify(context: DriverContext, parts: Parts): Promise<Verification>;
  /** A second use of the very credential cannot be proved: no harmless question is known. */
  readonly unprovable?: (context: DriverContext) => boolean;
}
