/** What a workflow takes from elsewhere: actions, reusable workflows, images. */
import type { Input, Repository, Step, Workflow, Job } from "./workflow.ts";
import type { Setting, SourceFile, Span, Text } from "./source.ts";

/**
 * `local`: `./path` in the checkout. `self`: `$/path`, the calling file's own repository at its own commit. `repository`: `owner/repo/path@ref`.
 * `docker`: `docker://image`. `unknown`: none of these (an expression, or syntax newer than this program).
 */
export type RefKind = "local" | "self" | "repository" | "docker" | "unknown";

export interface ActionRef {
  readonly kind: RefKind;
  readonly text: Text;
  readonly span: Span;
  /** Lower case; null unless `repository`. */
  readonly owner: string | null;
  readonly repo: string | null;
  /** Below the repository, without slashes at its ends; empty for its root. */
  readonly path: string;
  /** Behind `@`; null when there is none. */
  readonly ref: string | null;
  readonly refSpan: Span | null;
  /** `sha`: 40 or 64 hexadecimal digits. `version`: looks like a tag (`v4`, `1.2.3`). */
  readonly pin: "sha" | "version" | "branch" | "digest" | "tag" | "none";
  /** The version that a comment behind it names: `# v4.2.1`. */
  readonly comment: string | null;
  /** `owner/repo` or `owner/repo/path`, lower case: what the registry is keyed by; the image for docker, the path for local ones. */
  readonly slug: string;
  /** The action itself, where it stands in the repository or the lock holds it. */
  readonly action: ActionFile | null;
}

export interface ActionFile {
  readonly kind: "action";
  readonly repository: Repository;
  readonly file: SourceFile;
  readonly span: Span;
  /** Its folder from the repository's root, or `owner/repo/path@sha` of a remote one. */
  readonly id: string;
  readonly name: Text | null;
  readonly inputs: readonly Input[];
  readonly outputs: readonly Setting[];
  readonly using: "composite" | "node" | "docker" | "unknown";
  /** Of a composite action. */
  readonly steps: readonly Step[];
  /** Of a JavaScript action: `main`, `pre`, `post`. */
  readonly entries: readonly Setting[];
  /** Of a docker action. */
  readonly image: Text | null;
  readonly remote: boolean;
}

export interface WorkflowCall {
  readonly ref: ActionRef;
  readonly span: Span;
  readonly with: readonly Setting[];
  readonly secrets: PassedSecrets;
  /** Null when it is neither here nor in the lock, or closes a cycle. */
  readonly workflow: Workflow | null;
  readonly job: Job;
}

export interface PassedSecrets {
  readonly kind: "none" | "inherit" | "mapped";
  readonly span: Span | null;
  readonly mapped: readonly Setting[];
}

/** One of GitLab's `include:`. */
export interface Include {
  /** `local`: of this repository. `project`: of another one of the host. `remote`: an address. `template`: the host's own. */
  readonly kind: "local" | "project" | "remote" | "template" | "component" | "unknown";
  readonly span: Span;
  /** The path, address, template or component, as written. */
  readonly text: Text;
  /** `project`: whose. */
  readonly project: Text | null;
  /** What it is held at: the ref of a project, the version of a component. */
  readonly ref: Text | null;
  /** `digest`: an address with its checksum. */
  readonly pin: ActionRef["pin"];
  /** The file that was read for it, of the repository or the lock; null when nobody knows what stands there. */
  readonly path: string | null;
}

/** `.bulkhead/ci-lock.yaml`: what remote actions and reusable workflows are, by commit. */
export interface CiLock {
  readonly entries: readonly LockEntry[];
}

export interface LockEntry {
  /** `owner/repo/path@ref` as workflows write it. */
  readonly uses: string;
  /** 40 or 64 hexadecimal digits. */
  readonly sha: string;
  /** The most exact tag at that commit. */
  readonly version: string | null;
  /** The text of `action.yml` or of the workflow at that commit. */
  readonly content: string | null;
  /** Some branch or tag of the repository holds the commit; false: only a fork may (an impostor); null: nobody looked. */
  readonly reachable: boolean | null;
  readonly kind: "action" | "workflow";
}
