/** The plan: seven steps over what is known, nothing guessed; what only people can do says so. One function a step. */
import { kinds } from "../core/kinds.ts";
import { byBlastRadius } from "./order.ts";
import {
  type HostSecret,
  type IncidentFacts,
  type Plan,
  type PlanItem,
  type ReachedSecret,
  STEPS,
} from "./types.ts";

type Draft = Omit<PlanItem, "id" | "step">;
type Step = (facts: IncidentFacts) => readonly Draft[];

/** A name as one word of a command line, which somebody may copy: repositories and pipelines choose them. */
const word = (text: string): string => {
  const plain = text.replace(/[\p{Cc}\p{Cf}]+/gu, " ");
  return /^[\w@%+=:,./-]+$/.test(plain) ? plain : `'${plain.replaceAll("'", "'\\''")}'`;
};

const REGISTRIES: ReadonlySet<string> = new Set(["package-registry"]);
const NOBODY = "whoever leads the incident";

const ownerOf = (own: string | null, { owner }: IncidentFacts): string => own ?? owner ?? NOBODY;
const repositoryOf = ({ repository }: IncidentFacts): string =>
  repository === null ? "the repository" : `${repository.owner}/${repository.name}`;

const disable: Step = (facts) =>
  facts.workflows.map(({ path, owner }) => ({
    title: `disable ${path} and cancel its runs`,
    owner: ownerOf(owner, facts),
    command: commandOf(path, facts),
    breaks: "nothing that it builds, publishes or deploys happens until it is enabled again",
    proof: "the host says that it is disabled, and no run of it is in progress",
    action: actionOf(path, facts),
  }));

function commandOf(path: string, { repository }: IncidentFacts): string {
  const file = path.replace(/^.*\//, "");
  if (path.startsWith(".github/"))
    return `gh workflow disable ${word(file)}${repository === null ? "" : ` -R ${word(`${repository.owner}/${repository.name}`)}`}`;
  return `disable ${file} where it runs (its project's CI/CD settings)`;
}

function actionOf(path: string, { repository }: IncidentFacts): PlanItem["action"] {
  const known = path.startsWith(".github/") || path.endsWith(".gitlab-ci.yml");
  return repository === null || !known ? null : { do: "disable-workflow", ...repository, path };
}

const revoke: Step = (facts) => [
  ...(facts.run === null ? [] : [runItem(facts.run, facts)]),
  ...facts.stages.flatMap((cell) => [loginsItem(cell, facts), tokensItem(cell, facts)]),
  ...[...new Set(facts.secrets.flatMap(({ dynamic }) => dynamic ?? []))].map(
    (path): Draft => ({
      title: `end the credentials minted at ${path}`,
      owner: ownerOf(null, facts),
      command: `bulkhead lease revoke ${word(path)} --prefix`,
      breaks: "whoever works with one of them has to ask for another",
      proof: `no lease is left below ${path}`,
      action: { do: "revoke-leases", prefix: path },
    }),
  ),
  ...facts.roles.flatMap((role) => [...roleItems(role, facts)]),
];

type StageCell = IncidentFacts["stages"][number];

/** First: a token that is ended while its holder can log in again is worth nothing to us. */
const loginsItem = ({ project, stage, environment }: StageCell, facts: IncidentFacts): Draft => ({
  title: `close the logins of ${project}/${stage} in ${environment}`,
  owner: ownerOf(null, facts),
  command: `destroy the secret ids of its role ${project}.${stage}.${environment}, and delete that role at the platform's auth method`,
  breaks: `no run of ${stage} in ${environment} can log in until \`bulkhead apply\``,
  proof: "the role has no secret id, and no platform's token is taken for it",
  action: { do: "close-logins", project, stage, environment },
});

const tokensItem = ({ project, stage, environment }: StageCell, facts: IncidentFacts): Draft => ({
  title: `end the tokens of ${project}/${stage} in ${environment}, with all their leases`,
  owner: ownerOf(null, facts),
  command: `bulkhead revoke stage ${word(stage)} --project ${word(project)} --env ${word(environment)}`,
  breaks: `runs of ${stage} in ${environment} that are under way fail`,
  proof: "the store refuses every token that it gave to the stage before",
  action: { do: "revoke-tokens", project, stage, environment },
});

const runItem = (run: string, facts: IncidentFacts): Draft => ({
  title: `end the tokens of run ${run}`,
  owner: ownerOf(null, facts),
  command: `bulkhead revoke run ${word(run)}`,
  breaks: "the run fails, where it is under way",
  proof: "the store refuses its tokens",
  action: { do: "revoke-run", run },
});

function* roleItems(
  { name, system, title, owner }: IncidentFacts["roles"][number],
  facts: IncidentFacts,
): Generator<Draft> {
  const { repository } = facts;
  const aws = system === "aws" && /^arn:aws[a-z-]*:iam::\d{12}:role\//.test(name);
  const role = name.replace(/^.*\//, "");
  const common = { owner: ownerOf(owner, facts) };
  yield {
    ...common,
    title: `end the sessions of ${name} (${title})`,
    command: aws
      ? `aws iam put-role-policy --role-name ${word(role)} --policy-name BulkheadIncident --policy-document (deny all before now)`
      : `end them where ${title} lists them`,
    breaks: "whatever works with a session of the role has to log in again",
    proof: aws
      ? "the role has a policy that denies all to sessions issued before this moment"
      : `${title} refuses a session from before`,
    action: aws ? { do: "aws-sessions", role } : null,
  };
  yield {
    ...common,
    title: `take ${repositoryOf(facts)} out of the trust of ${name}`,
    command: aws
      ? `aws iam update-assume-role-policy --role-name ${word(role)} (without the statements for ${repositoryOf(facts)})`
      : `remove it from the trust conditions at ${title}`,
    breaks: "no job of the repository can take the role, the good ones too",
    proof: "the role's trust policy names the repository no more",
    action:
      aws && repository !== null
        ? { do: "aws-trust", role, owner: repository.owner, name: repository.name }
        : null,
  };
}

const rotate: Step = (facts) => [
  ...byBlastRadius(facts.secrets.filter((one) => one.dynamic === null && !REGISTRIES.has(one.kind))).map(
    (one) => secretItem(one, facts),
  ),
  ...facts.hostSecrets.filter(({ system }) => !isRegistry(system)).map((one) => hostItem(one, facts)),
];

const registry: Step = (facts) => [
  ...byBlastRadius(facts.secrets.filter((one) => one.dynamic === null && REGISTRIES.has(one.kind))).map(
    (one): Draft => ({
      ...secretItem(one, facts),
      title: `invalidate the registry token ${one.name} in ${one.environment} of ${one.project}`,
      proof: "the registry refuses the old token, and lists no version or owner that nobody knows",
    }),
  ),
  ...facts.hostSecrets.filter(({ system }) => isRegistry(system)).map((one) => hostItem(one, facts)),
];

const isRegistry = (system: string | null): boolean =>
  /npm|pypi|registry|rubygems|crates|docker|ghcr|ecr/i.test(system ?? "");

function secretItem(
  { project, environment, name, kind, owner, stages, from }: ReachedSecret,
  facts: IncidentFacts,
): Draft {
  const known = Object.hasOwn(kinds, kind) ? kinds[kind as keyof typeof kinds] : null;
  const who = stages.length === 0 ? "nobody that is declared" : `${stages.join(", ")} in ${environment}`;
  return {
    title: `rotate ${name} in ${environment} of ${project}${known === null ? "" : ` (${known.enables})`}`,
    owner: ownerOf(owner, facts),
    command:
      from === null ? `bulkhead rotate ${word(name)} --env ${word(environment)}` : `replace it at ${from}`,
    breaks: `${who}, where the old value is in use after its grace`,
    proof: "the new value works, and the provider refuses the old one",
    action: from === null ? { do: "rotate", project, environment, secret: name } : null,
  };
}

const hostItem = ({ name, system, environment, owner, job }: HostSecret, facts: IncidentFacts): Draft => ({
  title: `revoke ${name}${system === null ? "" : ` at ${system}`} and store a new one${environment === null ? "" : ` in the environment ${environment}`}`,
  owner: ownerOf(owner, facts),
  command: `replace it at ${system ?? "its vendor"}, then gh secret set ${word(name)}${environment === null ? "" : ` --env ${word(environment)}`}`,
  breaks: `${job}, until the new value stands in the host's store`,
  proof: `${system ?? "the vendor"} refuses the old value`,
  action: null,
});

const rebuild: Step = (facts) => [
  ...facts.places
    .filter(({ kind }) => kind === "runner")
    .map(
      ({ text }): Draft => ({
        title: `build the runner ${text} anew`,
        owner: ownerOf(null, facts),
        command: "destroy the machine and make it from its image",
        breaks: "jobs wait that need it",
        proof: "the host lists the new runner, and the old one no more",
        action: null,
      }),
    ),
  ...facts.places
    .filter(({ kind }) => kind === "artifact" || kind === "cache")
    .map(
      ({ kind, text }): Draft => ({
        title: kind === "cache" ? `delete the cache: ${text}` : `delete the ${kind} ${text}`,
        owner: ownerOf(null, facts),
        command: kind === "cache" ? "gh cache delete --all" : "delete it on the page of its run",
        breaks: kind === "cache" ? "the next builds are slower" : "whoever wants it has to build it again",
        proof: "the host lists it no more",
        action: null,
      }),
    ),
  {
    title: "build what was released since, from a reviewed commit, on a clean runner",
    owner: ownerOf(facts.workflows[0]?.owner ?? null, facts),
    command: "compare what comes out with what was released, and replace what differs",
    breaks: "nothing",
    proof: "digests of the new build stand in the record, with those of what they replace",
    action: null,
  },
];

const review: Step = (facts) => [
  {
    title: "search the access history for misuse, before and after",
    owner: ownerOf(null, facts),
    command: "bulkhead incident start (searches the audit log by the rules of bulkhead alerts)",
    breaks: "nothing",
    proof: "what was fetched, by whom and from where, stands in the record",
    action: { do: "search" },
  },
  ...facts.places
    .filter(({ kind }) => kind === "log")
    .map(
      ({ text }): Draft => ({
        title: `read, then delete the log of ${text}`,
        owner: ownerOf(null, facts),
        command: "gh run view --log, then gh run delete",
        breaks: "nothing",
        proof: "no secret stands in it, or what stands in it is rotated",
        action: null,
      }),
    ),
  ...facts.review.map(
    (what): Draft => ({
      title: `look at ${what}`,
      owner: ownerOf(null, facts),
      command: "compare it with what the last good run made",
      breaks: "nothing",
      proof: "each is known to somebody, or taken back",
      action: null,
    }),
  ),
  {
    title: "look at where connections went",
    owner: ownerOf(null, facts),
    command: `look through receipts (bulkhead receipts list) and network logs for hosts besides ${facts.destinations.join(", ") || "those that are declared"}`,
    breaks: "nothing",
    proof: "every destination is declared, or explained in the record",
    action: null,
  },
];

const restore: Step = (facts) => [
  {
    title: "enable it again, once the audit of the pipeline shows the boundary mended",
    owner: ownerOf(facts.workflows[0]?.owner ?? null, facts),
    command:
      "bulkhead ci audit, then bulkhead apply, put the trust back, remove the deny policy and enable the workflow",
    breaks: "nothing",
    proof: "`bulkhead ci audit` finds nothing that let it happen, and the next run is as it should be",
    action: null,
  },
];

const steps: readonly Step[] = [disable, revoke, rotate, registry, rebuild, review, restore];

export function planOf(facts: IncidentFacts): Plan {
  const items = steps.flatMap((step, at) =>
    step(facts).map((draft, index): PlanItem => ({ id: `${at + 1}.${index + 1}`, step: at + 1, ...draft })),
  );
  return { target: facts.target, items };
}

/** Whether anything is known of the target. */
export const isEmpty = ({ workflows, roles, hostSecrets, secrets, stages, run }: IncidentFacts): boolean =>
  [workflows, roles, hostSecrets, secrets, stages].every((list) => list.length === 0) && run === null;

export const stepTitle = (step: number): string => STEPS[step - 1] ?? "";
