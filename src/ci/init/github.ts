/** The workflow of GitHub Actions: no permission but what a job says, its environment, everything by commit, one run at a time. */
import type { CiLock } from "../model.ts";
import { lockedUses, pinned } from "./pins.ts";
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

export const GITHUB_FILE = ".github/workflows/bulkhead.yml";
const LEVEL = "2";

export function githubWorkflow(plan: CiPlan, lock: CiLock, options: InitOptions): string {
  const { project, branch, jobs } = plan;
  return [
    `# The stages of bulkhead.yaml, each in its environment and with its own identity alone.`,
    `name: ${scalar(project)}`,
    "on:",
    "  push:",
    `    branches: [${scalar(branch)}]`,
    "",
    "permissions: {}",
    "",
    "concurrency:",
    `  group: ${scalar(`bulkhead-${project}`)}`,
    "  cancel-in-progress: false",
    "",
    "jobs:",
    ...jobs.flatMap((job, at) => [...(at === 0 ? [] : [""]), ...indented(jobLines(job, lock, options), 2)]),
    "",
  ].join("\n");
}

function jobLines(job: PlannedJob, lock: CiLock, options: InitOptions): string[] {
  return [
    `${job.id}:`,
    "  runs-on: ubuntu-24.04",
    ...(job.after === null ? [] : [`  needs: ${job.after}`]),
    `  environment: ${scalar(job.gate)}`,
    `  timeout-minutes: ${job.minutes}`,
    "  permissions:",
    "    contents: read",
    ...(job.logsIn ? ["    id-token: write # the login to Bulkhead, as this job"] : []),
    "  steps:",
    `    - uses: ${pinned("actions/checkout", lock)}`,
    "      with:",
    "        persist-credentials: false",
    `    - uses: ${pinned("actions/setup-node", lock)}`,
    "      with:",
    '        node-version: "24"',
    ...job.references.map((reference) => `    # log in here to what ${scalar(reference)} is read from`),
    ...indented(
      stepLines(
        job,
        lockedUses((slug) => /^[^/]+\/bulkhead$/i.test(slug), lock),
        options,
      ),
      4,
    ),
  ];
}

/** Our action where the lock knows it; else the same in a script. */
function stepLines(job: PlannedJob, action: string | null, options: InitOptions): string[] {
  const secrets = job.variables.map((name) => `${name}: \${{ secrets.${name} }}`);
  const address = options.address === null ? "${{ vars.BULKHEAD_ADDR }}" : scalar(options.address);
  if (action !== null)
    return [
      `- uses: ${action}`,
      "  with:",
      `    version: ${scalar(options.version)}`,
      `    ${integrityLine("integrity", options)}`,
      ...(job.logsIn ? [`    address: ${address}`] : []),
      `    stage: ${scalar(job.stage)}`,
      `    env: ${scalar(job.environment)}`,
      `    require-isolation: "${LEVEL}"`,
      ...(options.folder === "" ? [] : [`    working-directory: ${scalar(options.folder)}`]),
      ...(secrets.length > 0 ? ["  env:", ...indented(secrets, 4)] : []),
    ];
  return [
    `- name: ${scalar(`bulkhead run ${job.stage}`)}`,
    "  env:",
    `    ${VERSION}: ${scalar(options.version)}`,
    `    ${integrityLine(INTEGRITY, options)}`,
    ...(job.logsIn ? [`    BULKHEAD_ADDR: ${address}`] : []),
    ...indented(secrets, 4),
    ...(options.folder === "" ? [] : [`  working-directory: ${scalar(options.folder)}`]),
    "  run: |",
    ...indented([...INSTALL, runLine(job, LEVEL)], 4),
  ];
}

const runLine = ({ stage, environment }: PlannedJob, level: string): string =>
  `${RUN} --stage ${stage} --env ${environment} --require-isolation ${level} --verbose`;
