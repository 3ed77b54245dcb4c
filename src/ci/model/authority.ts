/** Credentials, identities, what is done with them, and where a job stands by it. */
import type { SecretRead } from "../expression/types.ts";
import type { Span, Text } from "./source.ts";
import type { Step } from "./workflow.ts";

/** A vendor or service outside the pipeline. */
export interface ExternalSystem {
  /** Provider id of `providers/` where it has one, else a name of the registry: `kubernetes`, `oci-registry`, `ssh`. */
  readonly id: string;
  readonly title: string;
  /** Which part of it, where the text says: a registry's host, a region, an account, a role. */
  readonly detail: string | null;
}

/**
 * `secret`: named, of the host's store. `all-secrets`, `dynamic-secret`: see `SecretRead`. `run-token`: GITHUB_TOKEN, CI_JOB_TOKEN.
 * `managed`: read from a secret manager by the CI system (`secrets:`, vault-action). `literal`: stands in the file.
 */
export type CredentialKind =
  | "secret"
  | "all-secrets"
  | "dynamic-secret"
  | "run-token"
  | "managed"
  | "literal";

/** One credential at one place where it becomes visible. */
export interface CredentialUse {
  readonly kind: CredentialKind;
  /** As the workflow's own host names it; null when the text does not say. */
  readonly name: string | null;
  readonly span: Span;
  /**
   * Whose processes see it. `workflow-env` and `job-env`: every step. `step-env`, `input`, `script`: that step. `container`: the
   * pull of an image, `call`: handed to a reusable workflow, `condition`: only tested, `output`: written to the job's outputs.
   */
  readonly scope:
    | "workflow-env"
    | "job-env"
    | "step-env"
    | "input"
    | "script"
    | "container"
    | "call"
    | "condition"
    | "output"
    | "other";
  /** Null where it is not a step's. */
  readonly step: Step | null;
  /** The variable or input that carries it. */
  readonly as: string | null;
  readonly text: Text | null;
  readonly read: SecretRead | null;
  /** What it opens, by its name, its variable or the action that takes it; null when none of them says. */
  readonly system: ExternalSystem | null;
  readonly by: "name" | "variable" | "action" | "command" | null;
}

/** An identity that the run has by itself. */
export interface Identity {
  /** `run-token`: the host's token for this run. `oidc`: signed claims that other systems trust. */
  readonly kind: "run-token" | "oidc";
  readonly span: Span;
  /** Of `oidc`, where the file says; null: chosen at run time. */
  readonly audience: string | null;
  /** What makes it available: `id-token: write`, `id_tokens:`, `unknown default permissions`. */
  readonly reason: string;
  /** False when it depends on settings that files do not show. */
  readonly certain: boolean;
  /** Where the run uses it, as far as the registry can see; empty says nothing about scripts. */
  readonly usedBy: readonly Authority[];
}

/** What can be done with it; the order is that of the ladder. */
export type Verb = "read" | "test" | "write-artifacts" | "publish" | "change-infrastructure" | "deploy";

/** One act of a step that needs authority over a system. */
export interface Authority {
  readonly verb: Verb;
  readonly system: ExternalSystem;
  /** `action pypa/gh-action-pypi-publish`, `command npm publish` */
  readonly by: string;
  readonly span: Span;
  /** How it proves itself. `ambient`: with whatever an earlier step or the machine left. */
  readonly auth: "oidc" | "secret" | "run-token" | "ambient" | "none" | "unknown";
  /** Inputs and variables of the step that carry the credential. */
  readonly through: readonly string[];
  /** The role, service account, client id, package or target where the text says. */
  readonly target: string | null;
  /** It only logs in: later steps of the job hold what it got. */
  readonly login: boolean;
}

export interface ArtifactUse {
  readonly direction: "upload" | "download";
  /** Null: all (download), or the default name. */
  readonly name: Text | null;
  readonly paths: readonly Text[];
  /** Of another run than this one. */
  readonly foreign: boolean;
  readonly span: Span;
}

export interface CacheUse {
  readonly direction: "restore" | "save" | "both";
  readonly key: Text | null;
  readonly restoreKeys: Text | null;
  readonly paths: Text | null;
  /** The action's slug. */
  readonly by: string;
  readonly span: Span;
}

export interface CheckoutUse {
  readonly span: Span;
  /** Null: the trigger's own ref. */
  readonly ref: Text | null;
  readonly repository: Text | null;
  /** True, false, or null when it is an expression; the default is true. */
  readonly persistCredentials: boolean | null;
  readonly token: Text | null;
  /** `allow-unsafe-pr-checkout: true` */
  readonly allowUnsafe: boolean;
  /** The pinned version refuses fork code on privileged triggers by itself; null when the pin does not say. */
  readonly refusesForkCode: boolean | null;
  /** The ref or the repository is chosen by who proposes a change. */
  readonly untrusted: boolean;
}

/** A value that the step writes for others: the environment file, outputs, the mask. */
export interface Derived {
  readonly kind: "env" | "output" | "path" | "mask" | "print" | "argv" | "file";
  readonly span: Span;
  /** The variable or output, where the text says. */
  readonly name: string | null;
  /** Its text as written. */
  readonly text: string;
}

export interface StepEffects {
  readonly authorities: readonly Authority[];
  readonly artifacts: readonly ArtifactUse[];
  readonly caches: readonly CacheUse[];
  readonly checkout: CheckoutUse | null;
  readonly derived: readonly Derived[];
  /** It verifies provenance, signatures or checksums. */
  readonly verifies: boolean;
  /** It runs code of the checkout: a build, tests, an installation with scripts. */
  readonly runsProject: boolean;
  /** False when the step's action or script is not in the registry: nothing is concluded from silence. */
  readonly known: boolean;
}

export type Phase = "build-untrusted" | "verify" | "publish" | "deploy";

export interface Placement {
  readonly phase: Phase;
  readonly rung: Verb;
  /** Every phase whose authority the job holds, in order; more than one is a mix. */
  readonly phases: readonly Phase[];
  /** At least one. */
  readonly reasons: readonly Reason[];
}

export interface Reason {
  readonly phase: Phase;
  /** Lower case, no full stop. */
  readonly text: string;
  readonly span: Span;
}
