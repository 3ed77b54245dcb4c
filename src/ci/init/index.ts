/**
 * `bulkhead ci init`: the pipeline that runs a declaration's stages, such that the audit has nothing to say of it. One row a system;
 * what the host's own side must know (identities, variables) is said beside it.
 */
import type { Manifest } from "../../manifest/index.ts";
import { openFolder } from "../folder.ts";
import { readLock } from "../lock.ts";
import type { CiLock, Slug } from "../model.ts";
import { slugOf } from "../slug.ts";
import { GITHUB_FILE, githubWorkflow } from "./github.ts";
import { GITLAB_FILE, gitlabPipeline } from "./gitlab.ts";
import { type CiPlan, type PlanOptions, planOf } from "./plan.ts";
import { type InitOptions, scalar } from "./text.ts";

export type InitSystem = "github" | "gitlab";
export const INIT_SYSTEMS: readonly InitSystem[] = ["github", "gitlab"];

export interface PipelineOptions extends InitOptions, Omit<PlanOptions, "method"> {
  /** GitLab: the component to include, at a commit; null: the jobs stand in the file whole. */
  readonly component?: string | null;
  /** From the repository's root; the one that `identities:` names, else the system's usual one. */
  readonly file?: string;
}

export interface Pipeline {
  /** From the repository's root. */
  readonly path: string;
  readonly text: string;
  readonly plan: CiPlan;
  /** What has to be added to `identities:`; empty when nothing is missing. */
  readonly identities: readonly string[];
}

interface System {
  readonly path: (plan: CiPlan) => string;
  readonly text: (plan: CiPlan, lock: CiLock, options: PipelineOptions) => string;
  /** An identity of the job, as the declaration writes it. */
  readonly identity: (job: CiPlan["jobs"][number], at: Named) => string;
}

interface Named {
  readonly repository: string;
  readonly path: string;
  readonly branch: string;
}

const SYSTEMS: Readonly<Record<InitSystem, System>> = {
  github: {
    path: ({ file }) => file ?? GITHUB_FILE,
    text: githubWorkflow,
    identity: ({ gate }, { repository, path, branch }) =>
      `{ repository: ${repository}, workflow: ${path}, ref: refs/heads/${branch}, environment: ${scalar(gate)} }`,
  },
  gitlab: {
    path: () => GITLAB_FILE,
    text: (plan, _, options) => gitlabPipeline(plan, options.component ?? null, options),
    identity: ({ gate }, { repository, branch }) =>
      `{ project: ${repository}, ref: ${scalar(branch)}, environment: ${scalar(gate)} }`,
  },
};

/** `root`: the repository's folder. The plan's `jobs` are empty where no stage has a command. */
export function pipelineOf(
  manifest: Manifest,
  { system, root, ...options }: PipelineOptions & { readonly system: InitSystem; readonly root: string },
): Pipeline {
  const row = SYSTEMS[system];
  const plan = planOf(manifest, { ...options, method: system });
  const path = options.file ?? row.path(plan);
  const lock = readLock(openFolder(root, () => {}).open, () => {});
  const named = { repository: nameOf(slugOf(root)), path, branch: plan.branch };
  return {
    path,
    text: row.text(plan, lock, options),
    plan,
    identities: plan.unnamed.map(
      (job) =>
        `${scalar(job.stage)}: { ${scalar(job.environment)}: { ${system}: ${row.identity(job, named)} } }`,
    ),
  };
}

const nameOf = (slug: Slug | null): string =>
  slug === null ? "OWNER/REPOSITORY" : `${slug.owner}/${slug.name}`;
