/** The pipeline: repository → workflow → trigger → job → step. Arrays are in the order of the files; parents are linked both ways. */
import type { ActionRef, ActionFile, CiLock, Include, WorkflowCall } from "./reference.ts";
import type { CredentialUse, ExternalSystem, Identity, Placement, StepEffects } from "./authority.ts";
import type { Diagnostic, Setting, SourceFile, Span, Text, Value } from "./source.ts";
import type { BuildFile, PolicyFile, UpdateFile } from "./files.ts";
import type { HostFacts } from "./host.ts";

export type System =
  | "github-actions"
  | "gitlab-ci"
  | "circleci"
  | "azure-pipelines"
  | "bitbucket"
  | "buildkite"
  | "jenkins"
  | "tekton"
  | "argo"
  | "airflow"
  | "kubeflow";

export interface Repository {
  /** Absolute folder. */
  readonly root: string;
  /** From the folder's git remote; null when it has none that says. */
  readonly slug: Slug | null;
  readonly workflows: readonly Workflow[];
  /** Actions that stand in the repository, and remote ones that the lock holds. */
  readonly actions: readonly ActionFile[];
  /** Dockerfiles and compose files. */
  readonly builds: readonly BuildFile[];
  /** Files that hold trust policies or infrastructure with secrets. */
  readonly policies: readonly PolicyFile[];
  readonly updates: readonly UpdateFile[];
  /** Files that some adapter read. */
  readonly files: readonly SourceFile[];
  readonly diagnostics: readonly Diagnostic[];
  /** What remote actions and workflows are, by commit; no entries where there is no lock. */
  readonly lock: CiLock;
  /** What the host's API told; null: nobody asked, and what files cannot tell is unknown. */
  readonly host: HostFacts | null;
}

export interface Slug {
  /** `github.com` */
  readonly host: string;
  readonly owner: string;
  readonly name: string;
}

export interface Workflow {
  readonly kind: "workflow";
  readonly system: System;
  readonly repository: Repository;
  readonly file: SourceFile;
  /** Of the whole document. */
  readonly span: Span;
  /** The base name of the file without its ending. */
  readonly id: string;
  readonly name: Text | null;
  readonly runName: Text | null;
  readonly triggers: readonly Trigger[];
  readonly permissions: Permissions;
  readonly env: readonly Setting[];
  readonly defaults: Defaults;
  readonly concurrency: Concurrency | null;
  readonly jobs: readonly Job[];
  /** Declared by `workflow_call`; null when it cannot be called. */
  readonly callable: CallInterface | null;
  /** Jobs that call it, in this repository. */
  readonly calledBy: readonly Job[];
  /** True of a workflow that stands in another repository and came from the lock. */
  readonly remote: boolean;
  /** Further files that it is put together from; empty where the system has none. */
  readonly includes: readonly Include[];
  /** Comments that silence findings. */
  readonly ignores: readonly IgnoreComment[];
}

/** `# zizmor: ignore[a,b]`, `# bulkhead: allow[a] reason` */
export interface IgnoreComment {
  readonly tool: "zizmor" | "bulkhead";
  /** Empty: all checks. */
  readonly checks: readonly string[];
  readonly reason: string | null;
  /** Of the comment. The line it stands on is silenced, and the next one when it stands alone. */
  readonly span: Span;
}

/**
 * Who can start it: `anyone` (with an account: fork, issue, comment), `contributor` (fork pull requests that are gated by first-time
 * approval), `writer` (push access), `schedule`, `workflow` (another workflow's end or call), `host` (the host itself, or a GitHub App with a token).
 */
export type Starter = "anyone" | "contributor" | "writer" | "schedule" | "workflow" | "host";

/**
 * Whose code a checkout without `ref:` gives: `proposed` (the pull request's merge, also of a fork), `pushed` (the ref that was pushed or
 * chosen), `default` (the default branch), `base` (the pull request's target), `caller` (as the calling workflow's).
 */
export type CodeOrigin = "proposed" | "pushed" | "default" | "base" | "caller";

export interface Trigger {
  /** `pull_request`, lower case. */
  readonly event: string;
  readonly span: Span;
  readonly starters: readonly Starter[];
  readonly code: CodeOrigin;
  /** What a run that an outsider started holds: `full` secrets and a write token as declared, `read-only` without secrets, `none`: outsiders cannot start it. */
  readonly outsiders: "full" | "read-only" | "none";
  readonly filters: Filters;
  /** `workflow_run`: names of the workflows it follows. */
  readonly follows: readonly Text[];
  /** `schedule` */
  readonly cron: readonly Text[];
  /** `workflow_dispatch`, `workflow_call`. */
  readonly inputs: readonly Input[];
  /** False for an event that this program does not know: nothing is concluded from it. */
  readonly known: boolean;
}

/** Null: not given, all pass. */
export interface Filters {
  readonly types: readonly Text[] | null;
  readonly branches: readonly Text[] | null;
  readonly branchesIgnore: readonly Text[] | null;
  readonly tags: readonly Text[] | null;
  readonly tagsIgnore: readonly Text[] | null;
  readonly paths: readonly Text[] | null;
  readonly pathsIgnore: readonly Text[] | null;
}

export interface Input {
  readonly name: string;
  readonly span: Span;
  /** `string`, `boolean`, `number`, `choice`, `environment`; `string` when left out. */
  readonly type: string;
  readonly required: boolean;
  readonly default: Text | null;
  /** Of a `choice`. */
  readonly options: readonly Text[];
}

export interface CallInterface {
  readonly span: Span;
  readonly inputs: readonly Input[];
  readonly secrets: readonly DeclaredSecret[];
  readonly outputs: readonly Setting[];
}

export interface DeclaredSecret {
  /** As written; compared without case. */
  readonly name: string;
  readonly span: Span;
  readonly required: boolean;
}

export type Access = "none" | "read" | "write" | "unknown";

/**
 * As written. `absent`: nothing is said at this level (the workflow's counts for a job; at the workflow the repository's setting decides,
 * which is unknown). `effective` (permissions.ts) answers for a job and a scope.
 */
export interface Permissions {
  readonly kind: "absent" | "map" | "read-all" | "write-all" | "unknown";
  /** Of the value with its key; where it is absent, the place to insert it at (of length 0). */
  readonly span: Span;
  readonly entries: readonly PermissionEntry[];
}

export interface PermissionEntry {
  /** `contents`, `id-token`, `packages` … */
  readonly scope: string;
  readonly access: Access;
  readonly span: Span;
}

export interface Defaults {
  readonly shell: Text | null;
  readonly workingDirectory: Text | null;
}

export interface Concurrency {
  readonly span: Span;
  readonly group: Text | null;
  readonly cancelInProgress: Text | null;
}

export interface Job {
  readonly kind: "job";
  readonly workflow: Workflow;
  readonly id: string;
  readonly idSpan: Span;
  /** Key and body. */
  readonly span: Span;
  readonly name: Text | null;
  readonly needs: readonly Text[];
  /** The jobs that `needs` names. */
  readonly after: readonly Job[];
  readonly condition: Condition | null;
  /** Which of the workflow's triggers can start it, where the system decides that for each job; null: all. */
  readonly triggers: readonly Trigger[] | null;
  /** Further conditions of other systems (`rules`, `only`), as written. */
  readonly rules: Value | null;
  /** GitLab's stage; null elsewhere. */
  readonly stage: Text | null;
  readonly runner: Runner | null;
  readonly permissions: Permissions;
  /** Signed claims that it asks for by name; empty where a permission gives them. */
  readonly idTokens: readonly IdToken[];
  /** Secrets that the CI system itself reads from a manager for it. */
  readonly managed: readonly ManagedSecret[];
  readonly environment: EnvironmentUse | null;
  readonly concurrency: Concurrency | null;
  readonly env: readonly Setting[];
  readonly defaults: Defaults;
  readonly matrix: Matrix | null;
  readonly container: Container | null;
  readonly services: readonly Container[];
  readonly outputs: readonly Setting[];
  readonly timeout: Text | null;
  readonly continueOnError: Text | null;
  readonly steps: readonly Step[];
  /** `uses:` of a whole workflow in place of steps. */
  readonly call: WorkflowCall | null;
  /** Everything secret that the job can read, by where it becomes visible. */
  readonly credentials: readonly CredentialUse[];
  /** Identities it can take on: the run's own token, signed claims. */
  readonly identities: readonly Identity[];
  readonly placement: Placement;
}

export interface Condition {
  readonly text: Text;
  /** `always()`, `failure()` or the like in it lets it run after failures. */
  readonly status: readonly string[];
  /** True or false where it is constant; null where it depends on the run. */
  readonly constant: boolean | null;
}

export interface Runner {
  readonly span: Span;
  /** Of `runs-on`: label or labels; expressions as written. */
  readonly labels: readonly Text[];
  readonly group: Text | null;
  /** `hosted`: the CI vendor's fresh machine. `unknown`: an expression, or labels that say neither. */
  readonly hosting: "hosted" | "self-hosted" | "unknown";
}

export interface EnvironmentUse {
  readonly span: Span;
  /** Null when only an address is given. */
  readonly name: Text | null;
  readonly url: Text | null;
  /** The name where it is constant, also as the only constant of an expression; null otherwise. */
  readonly constant: string | null;
  /** All names it can have, where they follow from the file (a matrix, choices of an input, a conditional); empty when unknown. */
  readonly candidates: readonly string[];
  /** `production`, `staging`, `testing`, `development`, `other` where the file says; null elsewhere. */
  readonly tier: string | null;
}

/** One of GitLab's `id_tokens`. */
export interface IdToken {
  /** The variable that holds it. */
  readonly name: string;
  readonly span: Span;
  /** Empty: none is given, and the host refuses the job. */
  readonly audiences: readonly Text[];
}

/** One of GitLab's `secrets`. */
export interface ManagedSecret {
  /** The variable that holds it, or the path of a file with it. */
  readonly name: string;
  readonly span: Span;
  readonly manager: ExternalSystem;
  /** Where it stands in the manager, as written; null when the file does not say. */
  readonly path: Text | null;
  /** The id token that proves the job, `$NAME`; null: the only one it has, or the run's own. */
  readonly token: Text | null;
}

export interface Matrix {
  readonly span: Span;
  readonly value: Value;
  /** Dimension → constant texts; a dimension that is an expression is missing. */
  readonly dimensions: ReadonlyMap<string, readonly Text[]>;
  /** The whole matrix or a dimension comes from an expression. */
  readonly dynamic: boolean;
}

export interface Container {
  readonly span: Span;
  /** Of a service; null for the job's container. */
  readonly name: string | null;
  readonly image: Text | null;
  readonly username: Text | null;
  readonly password: Text | null;
  readonly env: readonly Setting[];
  readonly volumes: readonly Text[];
  readonly options: Text | null;
}

export interface Step {
  readonly kind: "step";
  /** A job's, or a composite action's. */
  readonly owner: Job | ActionFile;
  /** 0-based. */
  readonly index: number;
  readonly span: Span;
  readonly id: Text | null;
  readonly name: Text | null;
  readonly condition: Condition | null;
  readonly uses: ActionRef | null;
  readonly usesText: Text | null;
  readonly with: readonly Setting[];
  readonly env: readonly Setting[];
  readonly run: Script | null;
  readonly workingDirectory: Text | null;
  readonly continueOnError: Text | null;
  readonly timeout: Text | null;
  /** Runs beside the steps that follow it. */
  readonly background: boolean;
  /** What it does with whose authority, from the registry of known actions and commands. */
  readonly effects: StepEffects;
}

export interface Script {
  readonly text: Text;
  /** As given here, by the job or the workflow; null when the runner chooses. */
  readonly shell: Text | null;
  /** `sh` for every POSIX shell and where nothing is said. */
  readonly language: "sh" | "powershell" | "cmd" | "python" | "other";
  /** Simple commands found in it, in order (registry/shell.ts); empty for languages other than `sh` and `powershell`. */
  readonly commands: readonly Command[];
}

/** One simple command: words with quotes removed, expressions and variables as written. */
export interface Command {
  readonly words: readonly string[];
  /** `NAME=value` before it. */
  readonly assignments: readonly string[];
  /** Offsets in the script's value. */
  readonly start: number;
  readonly end: number;
  /** Targets of `>` and `>>`, as written: `$GITHUB_ENV`. */
  readonly writesTo: readonly string[];
  /** The next command of the same pipeline reads its output. */
  readonly piped: boolean;
}
