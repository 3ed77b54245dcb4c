/** The pipeline of GitLab: one branch, an ID token and an environment a job, one deployment at a time. */
import type { CiPlan, PlannedJob } from "./plan.ts";
import {
  INSTALL,
  INTEGRITY,
  type InitOptions,
  RUN,
  VERSION,
  indented,
  integrityLine,
  scalar,
} from "./text.ts";

export const GITLAB_FILE = ".gitlab-ci.yml";
const IMAGE = "node:24-bookworm-slim";
/** Containers of most runners allow no more. */
const LEVEL = "0";
const SHARED = ".bulkhead";

/** `component`: `$CI_SERVER_FQDN/GROUP/bulkhead/run@COMMIT`; null: the jobs stand in the file whole. */
export function gitlabPipeline(plan: CiPlan, component: string | null, options: InitOptions): string {
  const stages = plan.jobs.map(({ id }) => scalar(id)).join(", ");
  return [
    "# The stages of bulkhead.yaml, each in its environment and with its own identity alone.",
    ...(component === null ? [] : [...includeLines(plan, component, options), ""]),
    "workflow:",
    "  rules:",
    `    - if: $CI_COMMIT_BRANCH == "${plan.branch.replaceAll(/["\\]/g, "")}"`,
    "",
    `stages: [${stages}]`,
    "",
    ...(component === null ? wholeLines(plan, options) : gateLines(plan)),
  ].join("\n");
}

function includeLines({ jobs }: CiPlan, component: string, options: InitOptions): string[] {
  return [
    "include:",
    ...jobs.flatMap((job) => [
      `  - component: ${scalar(component)}`,
      "    inputs:",
      ...indented(
        [
          `job: ${scalar(job.id)}`,
          `gitlab-stage: ${scalar(job.id)}`,
          `version: ${scalar(options.version)}`,
          integrityLine("integrity", options),
          `stage: ${scalar(job.stage)}`,
          `env: ${scalar(job.environment)}`,
          ...(job.logsIn ? [`address: ${scalar(options.address ?? "$BULKHEAD_ADDR")}`] : []),
          ...(job.audience === "bulkhead" ? [] : [`audience: ${scalar(job.audience)}`]),
        ],
        6,
      ),
    ]),
  ];
}

/** What the component leaves to its user. */
const gateLines = ({ jobs, project }: CiPlan): string[] =>
  jobs.flatMap((job) => [
    `${scalar(job.id)}:`,
    ...(job.gate === job.environment ? [] : ["  environment:", `    name: ${scalar(job.gate)}`]),
    `  resource_group: ${scalar(`${project}-${job.environment}`)}`,
    `  timeout: ${job.minutes} minutes`,
    "",
  ]);

const wholeLines = ({ jobs, project }: CiPlan, options: InitOptions): string[] => [
  `${SHARED}:`,
  `  image: ${IMAGE}`,
  "  variables:",
  `    ${VERSION}: ${scalar(options.version)}`,
  `    ${integrityLine(INTEGRITY, options)}`,
  "  before_script:",
  "    - |",
  ...indented(INSTALL, 6),
  "",
  ...jobs.flatMap((job) => [...jobLines(job, project, options), ""]),
];

const jobLines = (job: PlannedJob, project: string, { address, folder }: InitOptions): string[] => [
  `${scalar(job.id)}:`,
  `  extends: ${SHARED}`,
  `  stage: ${scalar(job.id)}`,
  "  environment:",
  `    name: ${scalar(job.gate)}`,
  `  resource_group: ${scalar(`${project}-${job.environment}`)}`,
  `  timeout: ${job.minutes} minutes`,
  ...(job.logsIn ? ["  id_tokens:", "    BULKHEAD_ID_TOKEN:", `      aud: ${scalar(job.audience)}`] : []),
  ...(job.logsIn && address !== null ? ["  variables:", `    BULKHEAD_ADDR: ${scalar(address)}`] : []),
  ...job.references.map((reference) => `  # the job must be able to read ${scalar(reference)}`),
  "  script:",
  ...(folder === "" ? [] : [`    - ${scalar(`cd "${folder}"`)}`]),
  `    - ${scalar(`${RUN} --stage ${job.stage} --env ${job.environment} --require-isolation ${LEVEL} --verbose`)}`,
];
