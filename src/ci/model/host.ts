/** What a repository's host tells and files do not. */

/** Read from the host's API with `--host`; each part is null where the token may not read it, or the host has nothing of the kind. */
export interface HostFacts {
  readonly defaultBranch: string | null;
  readonly defaultPermissions: "read" | "write" | null;
  /** As tokens carry them: a name can be taken over by somebody else, a number cannot. */
  readonly numbers: HostNumbers | null;
  readonly secrets: readonly HostSecret[] | null;
  readonly environments: readonly HostEnvironment[] | null;
  /** Claims of a customised OIDC subject; null when it is the default or unknown. */
  readonly subjectClaims: readonly string[] | null;
  /** The subject carries the numbers beside the names. */
  readonly immutableSubject: boolean | null;
  /** Names and patterns of the branches, of the tags, that not everybody may push. */
  readonly protectedBranches: readonly string[] | null;
  readonly protectedTags: readonly string[] | null;
  readonly jobToken: JobTokenScope | null;
}

export interface HostNumbers {
  readonly repository: string;
  readonly owner: string;
}

export interface HostSecret {
  readonly name: string;
  readonly scope: "organization" | "repository" | "environment";
  /** A pattern with `*` on GitLab. */
  readonly environment: string | null;
  /** ISO 8601; null when the host does not say. */
  readonly updated: string | null;
  /** Given to runs of protected refs alone; null where the host knows no such thing. */
  readonly protected: boolean | null;
  /** Kept out of logs. */
  readonly masked: boolean | null;
}

export interface HostEnvironment {
  readonly name: string;
  /** Null: unknown. */
  readonly reviewers: boolean | null;
  /** Branch and tag patterns that may deploy; null: all may, or nobody said. */
  readonly branches: readonly string[] | null;
}

/** Whose CI_JOB_TOKEN gets in here. */
export interface JobTokenScope {
  /** Every project's of the host. */
  readonly open: boolean;
  /** Paths of projects, and of groups with all their projects. */
  readonly projects: readonly string[];
  readonly groups: readonly string[];
  /** A job's own token may push to this repository; null: unknown. */
  readonly pushes: boolean | null;
}
