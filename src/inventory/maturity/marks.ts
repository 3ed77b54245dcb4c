/** The marks of levels 2 to 4, as rows; level 1 is where one is without them. */
import type { Credential, FlagId } from "../types.ts";
import type { Level, MaturityFacts, Verdict } from "./types.ts";

export interface MarkRow {
  readonly id: string;
  readonly level: Level;
  readonly title: string;
  readonly next: string;
  readonly judge: (facts: MaturityFacts) => Verdict;
}

const yes = (evidence: string): Verdict => ({ holds: true, evidence });
const no = (evidence: string): Verdict => ({ holds: false, evidence });
const unknown = (evidence: string): Verdict => ({ holds: null, evidence });

const MOST_NAMED = 5;
function named(all: readonly string[]): string {
  const rest = all.length - MOST_NAMED;
  return `${all.slice(0, MOST_NAMED).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

/** Holds where there is none of them. */
const none = (found: readonly string[], what: string, clean: string): Verdict =>
  found.length === 0 ? yes(clean) : no(`${found.length} ${what}: ${named(found)}`);

const isUsed = ({ stages, retired }: Credential): boolean => stages.length > 0 && retired === null;
const isThere = (one: Credential): boolean => one.storage !== "stored" || one.created !== null;
const productionOf = ({ project, credentials }: MaturityFacts): readonly Credential[] => {
  const names = new Set(project?.environments.filter(({ production }) => production).map(({ name }) => name));
  return credentials.filter((one) => isUsed(one) && names.has(one.environment ?? ""));
};
const flagged = ({ credentials }: MaturityFacts, flag: FlagId): string[] =>
  credentials.filter((one) => isThere(one) && one.flags.some(({ id }) => id === flag)).map(({ id }) => id);

/** A key of these can be minted for each run: a static one is a choice. */
const MINTED = new Set(["database", "cloud", "training-data"]);

export const MARKS: readonly MarkRow[] = [
  {
    id: "declared",
    level: 2,
    title: "the pipeline's credentials are declared",
    next: "bulkhead init, then bulkhead apply",
    judge: ({ project }) =>
      project === null
        ? no("there is no bulkhead.yaml, and no project was applied")
        : yes(
            `${project.name} declares ${project.secrets.length} secrets for ${project.stages.length} stages`,
          ),
  },
  {
    id: "stored",
    level: 2,
    title: "credentials stand in an encrypted store",
    next: "bulkhead secret import .env --env dev",
    judge: ({ credentials }) => {
      const used = credentials.filter(isUsed);
      const there = used.filter(isThere);
      if (there.length === 0) return no("no declared credential has a value in a store");
      return yes(`${there.length} of ${used.length} credentials of stages have a value`);
    },
  },
  {
    id: "no-env-files",
    level: 2,
    title: "no .env file is in the repository",
    next: "bulkhead secret import, then git rm --cached, and rotate what it held",
    judge: ({ files }) =>
      files === null
        ? unknown("nobody looked into the files")
        : none(files.envFiles, ".env files are committed", "git holds no .env file"),
  },
  {
    id: "no-keys-in-files",
    level: 2,
    title: "no key stands in code, notebooks or data",
    next: "bulkhead scan, then rotate what it finds",
    judge: ({ files }) =>
      files === null
        ? unknown("nobody looked into the files")
        : none(
            files.leaks.map(({ title, place }) => `${title} in ${place}`),
            "keys",
            "a scan of the tree found none",
          ),
  },
  {
    id: "owners",
    level: 3,
    title: "every credential has an owner and a purpose",
    next: "name `owner:` and `purpose:` in bulkhead.yaml",
    judge: ({ project }) => {
      const secrets = project?.secrets ?? [];
      const bare = secrets.filter(({ owner, purpose }) => owner === null || purpose === null);
      if (secrets.length === 0) return unknown("nothing is declared");
      return none(
        bare.map(({ name }) => name),
        "without",
        `all ${secrets.length} have both`,
      );
    },
  },
  {
    id: "rotated",
    level: 3,
    title: "no value is older than it may be",
    next: "bulkhead inventory --overdue, then replace them",
    judge: (facts) => {
      const aged = facts.credentials.filter(
        (one) => isUsed(one) && one.storage === "stored" && one.created !== null,
      );
      const short = facts.credentials.filter((one) => isUsed(one) && one.storage === "dynamic");
      if (aged.length + short.length === 0) return unknown("no value's age is known");
      return none(flagged(facts, "overdue"), "overdue", `${aged.length} within their periods`);
    },
  },
  {
    id: "short-lived",
    level: 3,
    title: "database and cloud credentials are minted for each run",
    next: "mount the database or aws engine, and declare `dynamic:`",
    judge: ({ credentials }) => {
      const fit = credentials.filter((one) => isUsed(one) && MINTED.has(one.kind));
      const fixed = fit.filter(({ storage }) => storage !== "dynamic").map(({ id }) => id);
      return none(
        fixed,
        "static",
        fit.length === 0 ? "no stage uses a database's or a cloud's" : `${fit.length} are minted`,
      );
    },
  },
  {
    id: "audited",
    level: 3,
    title: "every access stands in a log that nobody changed",
    next: "bulkhead audit verify",
    judge: ({ inventory: { usage } }) => {
      if (usage === null) return unknown("the audit log is not at hand");
      if (usage.covers === null) return no("the audit log is empty, or it was changed");
      return yes(`it covers ${new Date(usage.covers.from).toISOString().slice(0, 10)} until today`);
    },
  },
  {
    id: "receipts",
    level: 3,
    title: "jobs run with their stage's secrets alone",
    next: "start the stages with bulkhead run",
    judge: ({ inventory: { receipts }, project }) => {
      const mine = new Set(receipts.filter((one) => one.project === project?.name).map(({ run }) => run));
      return mine.size === 0
        ? no("no run has left a proved receipt")
        : yes(`${mine.size} runs with a proved receipt`);
    },
  },
  {
    id: "just-in-time",
    level: 4,
    title: "no job in production holds a key that outlives it",
    next: "declare `dynamic:` or `broker:` for them",
    judge: (facts) => {
      const production = productionOf(facts);
      if (production.length === 0) return unknown("nothing is declared for production");
      const brokered = (one: Credential): boolean =>
        facts.project?.stages.every(({ uses }) => !uses.includes(one.name)) === true;
      const fixed = production.filter((one) => one.storage !== "dynamic" && !brokered(one));
      return none(
        fixed.map(({ id }) => id),
        "static",
        `${production.length} are minted or brokered`,
      );
    },
  },
  {
    id: "identities",
    level: 4,
    title: "every stage in production logs in with its platform's identity",
    next: "declare `identities:` for them",
    judge: ({ project }) => {
      const production = project?.environments.filter(({ production: is }) => is) ?? [];
      const wanted = production.flatMap((environment) =>
        (project?.stages ?? []).map((stage) => ({ stage: stage.name, environment: environment.name })),
      );
      if (wanted.length === 0) return unknown("nothing is declared for production");
      const without = wanted.filter(
        (one) =>
          !(project?.identities ?? []).some(
            ({ stage, environment }) => stage === one.stage && environment === one.environment,
          ),
      );
      return none(
        without.map(({ stage, environment }) => `${stage} in ${environment}`),
        "without",
        `${wanted.length} stages have one`,
      );
    },
  },
  {
    id: "compartments",
    level: 4,
    title: "no credential in production opens two stages",
    next: "give each stage its own",
    judge: (facts) => {
      const production = productionOf(facts);
      if (production.length === 0) return unknown("nothing is declared for production");
      const shared = production.filter(({ flags }) => flags.some(({ id }) => id === "shared"));
      return none(
        shared.map(({ id }) => id),
        "shared",
        "each has one stage",
      );
    },
  },
  {
    id: "least-rights",
    level: 4,
    title: "no key may do more than is declared, and none is a person's",
    next: "bulkhead inventory --ask, then replace them by narrower ones",
    judge: (facts) => {
      const worse = [...new Set([...flagged(facts, "over-powered"), ...flagged(facts, "personal")])];
      if (worse.length > 0) return none(worse, "too strong", "");
      const fixed = productionOf(facts).filter((one) => one.storage === "stored" && isThere(one));
      const silent = fixed.filter(({ rights, version }) => rights?.version !== version);
      return silent.length === 0
        ? yes(
            fixed.length === 0 ? "there is no static key in production" : `${fixed.length} were asked about`,
          )
        : unknown(`nobody asked the providers of ${named(silent.map(({ id }) => id))}`);
    },
  },
  {
    id: "pipelines",
    level: 4,
    title: "no workflow leaves a credential open",
    next: "bulkhead ci audit, bulkhead ci fix",
    judge: ({ pipelines }) => {
      if (pipelines === null) return unknown("nobody looked at the pipelines");
      if (pipelines.workflows === 0) return unknown("there is no workflow here");
      return none(pipelines.findings, "findings", `${pipelines.workflows} workflows, nothing of weight`);
    },
  },
];
