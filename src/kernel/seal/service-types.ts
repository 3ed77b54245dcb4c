/** The seal as plug-ins see it; service.ts implements it. Shares are the caller's to zero, before and after. */
import type { Secret } from "../../core/secret.ts";
import type { RotationSettings } from "../barrier/index.ts";
import type { RootAnswer, RootProgress } from "./generate-root.ts";
import type { RekeyAnswer, RekeyProgress, VerifyProgress } from "./rekey.ts";
import type { SealType, ShareCounts } from "./types.ts";

export interface SealState {
  readonly initialized: boolean;
  readonly sealed: boolean;
  readonly type: SealType;
  /** Zeroes where there are no shares, or where they cannot be known while sealed. */
  readonly counts: ShareCounts;
  /** Shares that came in for unsealing. */
  readonly progress: number;
  /** Of the unsealing; empty: none has begun. */
  readonly nonce: string;
  /** A key service opens it; shares are for recovery. */
  readonly byService: boolean;
  readonly storageType: string;
  readonly version: string;
  readonly buildDate: string;
  readonly clusterName: string;
  readonly clusterId: string;
}

export interface Started {
  readonly keys: readonly Buffer[];
  /** They are recovery shares, and the server is unsealed already. */
  readonly recovery: boolean;
  /** The caller wipes it. */
  readonly rootToken: Secret;
}

/** Each may throw `seal.refused`, `seal.wrong-shares`, `seal.too-many`, `seal.sealed`. */
export interface RekeyService {
  progress(): Promise<RekeyProgress>;
  start(counts: ShareCounts, verify: boolean): Promise<RekeyProgress>;
  cancel(): Promise<void>;
  update(share: Buffer, nonce: string): Promise<RekeyAnswer>;
  verification(): Promise<VerifyProgress>;
  verify(share: Buffer, nonce: string): Promise<VerifyProgress>;
  restartVerification(): Promise<VerifyProgress>;
}

export interface SealService {
  readonly rekey: RekeyService;
  readonly recoveryRekey: RekeyService;
  readonly rootGeneration: {
    progress(): Promise<RootProgress>;
    start(pad: Secret | null): Promise<RootProgress & { readonly pad: Secret | null }>;
    cancel(): Promise<void>;
    update(share: Buffer, nonce: string): Promise<RootAnswer>;
  };
  status(): Promise<SealState>;
  /** Throws `seal.refused` when there is a store already. */
  initialize(counts: ShareCounts): Promise<Started>;
  /** Nothing happens when it is unsealed. Throws `seal.wrong-shares`, `seal.not-initialized`, `seal.local`, `seal.too-many`. */
  unseal(share: Buffer): Promise<void>;
  resetUnseal(): Promise<void>;
  seal(): Promise<void>;
  /** Adds a key to the barrier's ring. */
  rotate(): Promise<void>;
  keyStatus(): Promise<{ term: number; installTime: number; encryptions: number }>;
  rotation(): Promise<RotationSettings>;
  setRotation(settings: RotationSettings): Promise<void>;
}
