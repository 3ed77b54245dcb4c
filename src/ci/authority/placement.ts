/** Trust phases and the ladder: where a job stands by the authority it holds, with the reason. */
import type { Job, Phase, Placement, Reason, Step, Verb } from "../model.ts";
import { effective } from "./permissions.ts";

export const LADDER: readonly Verb[] = [
  "read",
  "test",
  "write-artifacts",
  "publish",
  "change-infrastructure",
  "deploy",
];
export const PHASES: readonly Phase[] = ["build-untrusted", "verify", "publish", "deploy"];

const PRODUCTION = /(?:^|[^a-z])(?:prod|production|live|prd)(?:[^a-z]|$)/i;
const REGISTRY =
  /(?:^|[^a-z])(?:pypi|testpypi|npm|npmjs|crates|rubygems|nuget|maven|release|releases|publish|registry|dockerhub|marketplace)(?:[^a-z]|$)/i;
const DEPLOYS =
  /(?:^|[^a-z])(?:deploy|deployment|rollout|migrate|migration|migrations|terraform|infra|apply|promote)(?:[^a-z]|$)/i;
const PUBLISHES = /(?:^|[^a-z])(?:publish|release|upload)(?:[^a-z]|$)/i;
const VERIFIES = /(?:^|[^a-z])(?:verify|validate|verification|attest|provenance)(?:[^a-z]|$)/i;

export function placementOf(job: Job): Placement {
  const reasons: Reason[] = [];
  let rung: Verb = "read";
  const climb = (verb: Verb): void => {
    if (LADDER.indexOf(verb) > LADDER.indexOf(rung)) rung = verb;
  };
  for (const step of job.steps) ofStep(step, reasons, climb);
  if (job.call?.workflow)
    for (const called of job.call.workflow.jobs) {
      climb(called.placement.rung);
      for (const { phase, text } of called.placement.reasons)
        reasons.push({ phase, text: `${text} (in ${called.workflow.file.path})`, span: job.call.span });
    }
  ofSurroundings(job, reasons, climb);
  if (reasons.length === 0)
    reasons.push({
      phase: "build-untrusted",
      text: "nothing in it needs more than to read",
      span: job.idSpan,
    });
  const phases = PHASES.filter((phase) => reasons.some((reason) => reason.phase === phase));
  const phase = phases.at(-1) ?? "build-untrusted";
  return { phase, rung, phases, reasons };
}

function ofStep(
  { effects, span, run, usesText }: Step,
  reasons: Reason[],
  climb: (verb: Verb) => void,
): void {
  const at = usesText?.span ?? run?.text.span ?? span;
  for (const { verb, by, system, span: place, login } of effects.authorities) {
    if (login) continue;
    climb(verb);
    if (verb === "deploy" || verb === "change-infrastructure")
      reasons.push({
        phase: "deploy",
        text: `${by} ${verb === "deploy" ? "deploys to" : "changes"} ${system.title}`,
        span: place,
      });
    else if (verb === "publish")
      reasons.push({ phase: "publish", text: `${by} publishes to ${system.title}`, span: place });
  }
  for (const { direction } of effects.artifacts) if (direction === "upload") climb("write-artifacts");
  if (effects.verifies)
    reasons.push({ phase: "verify", text: "it checks a signature, provenance or checksum", span: at });
  if (effects.runsProject) {
    climb("test");
    reasons.push({ phase: "build-untrusted", text: "it runs code of the checkout", span: at });
  }
}

/** What the job says of itself, where its steps do not show it: a script that nobody can look into. */
function ofSurroundings(job: Job, reasons: Reason[], climb: (verb: Verb) => void): void {
  const has = (phase: Phase): boolean => reasons.some((reason) => reason.phase === phase);
  const names = `${job.id} ${job.name?.value ?? ""}`;
  const oidc = effective(job, "id-token") === "write";
  const secrets = job.credentials.some(
    ({ kind, scope }) => kind !== "run-token" && kind !== "literal" && scope !== "condition",
  );
  const authority = oidc || secrets || effective(job, "contents") === "write";
  const { environment } = job;
  if (environment !== null) {
    const environments =
      environment.candidates.length > 0 ? environment.candidates : [environment.name?.value ?? ""];
    if (environments.some((name) => REGISTRY.test(name))) {
      if (!has("deploy") && !has("publish")) {
        climb("publish");
        reasons.push({
          phase: "publish",
          text: `it runs in the environment ${environments.join(", ")}`,
          span: environment.span,
        });
      }
    } else if (
      !has("deploy") &&
      (environment.tier === "production" ||
        environments.some((name) => PRODUCTION.test(name)) ||
        DEPLOYS.test(names)) &&
      (authority || DEPLOYS.test(names)) &&
      !has("publish")
    ) {
      climb("deploy");
      reasons.push({
        phase: "deploy",
        text: `it runs in the environment ${environments.join(", ")}`,
        span: environment.span,
      });
    }
  }
  if (!has("deploy") && authority && DEPLOYS.test(names)) {
    climb("deploy");
    reasons.push({
      phase: "deploy",
      text: `its name says so, and it holds ${oidc ? "an identity" : "credentials"}`,
      span: job.idSpan,
    });
  }
  if (!has("deploy") && !has("publish") && authority && PUBLISHES.test(names)) {
    climb("publish");
    reasons.push({
      phase: "publish",
      text: `its name says so, and it holds ${oidc ? "an identity" : "credentials"}`,
      span: job.idSpan,
    });
  }
  if (reasons.length === 0 && VERIFIES.test(names) && job.needs.length > 0)
    reasons.push({ phase: "verify", text: "its name says so, and it builds nothing", span: job.idSpan });
}
