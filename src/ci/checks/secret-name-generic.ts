import type { CredentialUse, Job, Repository } from "../model.ts";
import { variableMatch } from "../effects/systems.ts";
import { isHanded, listed, usesIn } from "./parts/secrets.ts";
import type { Check } from "./types.ts";

const WORDS =
  /^(?:API_?KEY|TOKEN|SECRET|PASSWORD|PASS|KEY|ACCESS_?TOKEN|SECRET_?KEY|DEPLOY_KEY|SSH_KEY|PAT|CREDENTIALS|PRIVATE_KEY)$/;
/** From here on nobody can say which of them a leak concerns. */
const MANY_FILES = 3;

interface Seen {
  readonly use: CredentialUse;
  readonly job: Job;
}

export const secretNameGeneric: Check = {
  id: "secret-name-generic",
  class: "A",
  title: "a secret's name does not say what it is for",
  severity: "low",
  confidence: "high",
  attack:
    "One value for many uses under a vendor's example name: nobody knows what breaks when it is replaced, so after a leak it stays.",
  mend: "Make one secret for each use, and name environment, intent and scope.",
  repository(repository, report) {
    const byName = new Map<string, Seen[]>();
    for (const workflow of repository.workflows) {
      if (workflow.remote) continue;
      for (const { use, jobs } of usesIn(workflow))
        if (isHanded(use) && use.name !== null && isGeneric(use.name)) {
          const list = byName.get(use.name) ?? [];
          byName.set(use.name, list);
          for (const job of jobs) list.push({ use, job });
        }
    }
    for (const [name, seen] of byName) {
      const [first] = seen;
      if (first === undefined) continue;
      const files = new Set(seen.map(({ job }) => job.workflow.file.path));
      const kinds = new Set(
        seen
          .map(({ job }) => job.placement.phase)
          .filter((phase) => phase === "publish" || phase === "deploy"),
      );
      const proposed = seen.map(({ use, job }) => nameFor(use, job, repository));
      report({
        span: first.use.span,
        pedantic: files.size < MANY_FILES && kinds.size < 2,
        subject: name,
        message: `\`${name}\` says nothing of where and what for${files.size > 1 ? `, and ${files.size} workflows use it` : ""}; better ${listed(proposed, 3)}`,
        related: seen
          .filter(({ use }) => use !== first.use)
          .slice(0, 6)
          .map(({ use, job }, at) => ({
            span: use.span,
            message: `job \`${job.id}\`: ${proposed[at + 1] ?? proposed[0]}`,
          })),
      });
    }
  },
};

/** The name that the vendor's documentation gives it, or none but a kind. */
const isGeneric = (name: string): boolean => WORDS.test(name) || variableMatch(name)?.confident === true;

const ENVIRONMENTS: readonly (readonly [RegExp, string])[] = [
  [/prod|live/i, "PROD"],
  [/stag/i, "STAGING"],
  [/dev/i, "DEV"],
  [/test|qa/i, "TEST"],
];
const INTENTS = { "build-untrusted": "CI", verify: "VERIFY", publish: "PUBLISH", deploy: "DEPLOY" } as const;
const ROLES = new Set(["aws", "google", "azure"]);

/** `PROD_DEPLOY_ROLE_BILLING_API`: environment, intent, what it is, scope. */
export function nameFor({ system, name }: CredentialUse, job: Job, { slug, root }: Repository): string {
  const environment = job.environment?.constant ?? null;
  const short =
    environment === null
      ? null
      : (ENVIRONMENTS.find(([pattern]) => pattern.test(environment))?.[1] ?? word(environment));
  const intent = INTENTS[job.placement.phase];
  const kind =
    system === null
      ? (/(?:TOKEN|KEY|PASSWORD|SECRET)$/.exec(name ?? "")?.[0] ?? "SECRET")
      : ROLES.has(system.id)
        ? "ROLE"
        : `${word(system.id)}_${/(?:TOKEN|PASSWORD|SECRET)$/.exec(name ?? "")?.[0] ?? "KEY"}`;
  const scope = word(slug?.name ?? root.split(/[\\/]/).at(-1) ?? job.workflow.id);
  return [short, intent, kind, scope].filter((part) => part !== null && part !== "").join("_");
}

const word = (text: string): string =>
  text
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, "_")
    .replace(/^_|_$/g, "");
