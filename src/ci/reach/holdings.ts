/** What a job's own authority gives whoever runs code in it: the rights of its token, its claims, its secrets, the acts of its steps. */
import { providerById } from "../../providers/lookup.ts";
import { rights } from "../inventory/held.ts";
import type { Authority, CredentialUse, Job } from "../model.ts";
import { type Draft, control, content, keyOf, oidc, right, short } from "./draft.ts";
import { exposures } from "./exposures.ts";
import type { ClaimKind } from "./types.ts";

export function holdings(draft: Draft, job: Job): void {
  tokenRights(draft, job);
  const identity = job.identities.find(({ kind }) => kind === "oidc");
  if (identity !== undefined) {
    const { span, certain, reason } = identity;
    draft.edge({
      kind: "permission",
      from: [],
      to: oidc(job),
      span,
      certain,
      says: `${reason} gives the job signed claims`,
    });
    draft.edge({
      kind: "token",
      from: [control(job), oidc(job)],
      to: draft.claim("sign", `as ${job.workflow.file.path.replace(/^.*\//, "")}`, "sigstore"),
      span,
      says: "its claims name the workflow: whoever holds them signs in its name",
    });
    if (identity.usedBy.length === 0)
      draft.edge({
        kind: "token",
        from: [control(job), oidc(job)],
        to: draft.claim("read", "whatever trusts the claims of " + short(job)),
        span,
        certain: false,
        says: "any system that trusts the claims of this job takes them",
      });
  }
  secrets(draft, job);
  acts(draft, job);
}

/** Scope → what writing it allows; `contents: read` is the source. */
const WRITES: Readonly<Record<string, readonly [ClaimKind, string]>> = {
  contents: ["write", "the repository: commits, tags, releases"],
  packages: ["publish", "packages of the repository"],
  actions: ["change", "runs, caches and artifacts"],
  attestations: ["sign", "attestations of the repository"],
  deployments: ["change", "deployments of the repository"],
  pages: ["deploy", "to GitHub Pages"],
  "pull-requests": ["write", "pull requests: approvals, comments"],
  issues: ["write", "issues"],
  checks: ["write", "results of checks"],
  statuses: ["write", "commit statuses"],
  "security-events": ["write", "code-scanning results"],
};

function tokenRights(draft: Draft, job: Job): void {
  for (const { scope, access, span } of rights(job)) {
    if (access === "none") continue;
    const certain = access !== "unknown";
    const level = access === "read" ? "read" : "write";
    const says = certain
      ? `\`${scope}: ${access}\``
      : `no permissions are declared, the default may allow \`${scope}: write\``;
    draft.edge({ kind: "permission", from: [], to: right(job, scope, level), span, certain, says });
    const claims: (readonly [ClaimKind, string])[] = [];
    if (scope === "contents") claims.push(["read", "the repository's source"]);
    const wide = WRITES[scope];
    if (level === "write" && wide !== undefined) claims.push(wide);
    for (const [kind, what] of claims)
      draft.edge({
        kind: "token",
        from: [control(job), right(job, scope, level)],
        to: draft.claim(kind, what, "github"),
        span,
        says: "the run's token stands in the job's memory",
      });
  }
}

const holds = (job: Job, name: string): string => `holds ${keyOf(job)} ${name}`;
const nameOf = ({ kind, name, as }: CredentialUse): string =>
  kind === "all-secrets"
    ? "every secret"
    : kind === "dynamic-secret"
      ? "a secret chosen at run time"
      : (name ?? `the value in the file (${as ?? "container"})`);

const carrying = (job: Job): CredentialUse[] =>
  job.credentials.filter(
    ({ kind, scope, read }) => kind !== "run-token" && scope !== "condition" && read?.carries !== false,
  );

function secrets(draft: Draft, job: Job): void {
  for (const use of carrying(job)) {
    const name = nameOf(use);
    const system = use.system ?? null;
    const held = draft.mean(holds(job, name), { is: "secret", name, system: system?.id ?? null, job });
    const says = `${name} is handed to ${use.step === null ? "the job" : `step ${use.step.index + 1}`}`;
    draft.edge({ kind: "secret", from: [control(job)], to: held, span: use.span, says });
    const to = draft.claim("exfiltrate", name, system?.id ?? null);
    draft.edge({ kind: "secret", from: [held], to, span: use.span, says: "the runner's memory holds it" });
    if (system !== null) {
      const registry = providerById(system.id)?.kind === "package-registry";
      draft.edge({
        kind: "authority",
        from: [held],
        to: registry
          ? draft.claim("publish", `to ${system.title}`, system.id)
          : draft.claim("read", system.title, system.id),
        span: use.span,
        certain: use.by !== "name",
        says: `it opens ${system.title}, by its ${use.by ?? "name"}`,
      });
    }
    exposures(draft, job, { use, name, held });
  }
}

const SECRET_WRITES =
  /(?:secret|keyvault|kv)\w*.*\b(?:set|put|patch|add|update-secret|rotate-secret|put-secret-value|create-secret)\b/;
const MANAGERS = /secret|vault|onepassword|doppler|infisical|parameter-store/;

function claimOf(draft: Draft, { verb, system, by, login, target, auth }: Authority): string | null {
  const { id, title } = system;
  if (verb === "publish") return draft.claim(id === "sigstore" ? "sign" : "publish", `to ${title}`, id);
  if (verb === "deploy")
    return id === "database" ? draft.claim("write", title, id) : draft.claim("deploy", `to ${title}`, id);
  if (verb === "change-infrastructure")
    return SECRET_WRITES.test(by)
      ? draft.claim("rotate", `secrets in ${title}`, id)
      : draft.claim("change", title, id);
  if (verb !== "read") return null;
  if (MANAGERS.test(id)) return draft.claim("exfiltrate", `what ${title} gives`, id);
  return draft.claim(
    "read",
    login && target !== null && auth !== "ambient" ? `${title} as ${target}` : title,
    id,
  );
}

/** `able` facts hold whether or not an attacker is there; what he makes of them needs his code or his content in the job. */
function acts(draft: Draft, job: Job): void {
  const sources: string[] = [];
  const ordered = job.steps.flatMap(({ effects }) => effects.authorities);
  ordered.forEach((act, index) => {
    const claim = claimOf(draft, act);
    if (claim === null) return;
    const able = `able ${keyOf(job)} ${index}`;
    const { span, by, auth } = act;
    const carried = carrying(job).find(({ as }) => as !== null && act.through.includes(as));
    const login = { kind: "login", to: able, span } as const;
    if (auth === "oidc")
      draft.edge({
        ...login,
        from: [oidc(job)],
        says: `${by} takes the job's claims${act.target === null ? "" : ` for ${act.target}`}`,
      });
    else if (auth === "secret" && carried !== undefined)
      draft.edge({ ...login, from: [], span: carried.span, says: `${by} takes ${nameOf(carried)}` });
    else if (auth === "run-token") {
      const scope = act.system.id === "ghcr" ? "packages" : "contents";
      const level = act.verb === "read" ? "read" : "write";
      draft.edge({ ...login, from: [right(job, scope, level)], says: `${by} takes the run's token` });
    } else if (sources.length > 0)
      for (const from of sources)
        draft.edge({ ...login, from: [from], says: `${by} goes on with that login` });
    else draft.edge({ ...login, from: [], certain: false, says: `${by} takes whatever the machine holds` });
    if (act.login) {
      if (auth === "oidc" || auth === "secret")
        draft.mean(able, { is: "session", target: act.target ?? act.system.title, system: act.system.title });
      sources.push(able);
    }
    const authority = { kind: "authority", to: claim, span } as const;
    draft.edge({ ...authority, from: [control(job), able], says: `${by} is what the job may do` });
    if (["publish", "deploy", "change-infrastructure"].includes(act.verb))
      draft.edge({ ...authority, from: [content(job), able], says: `${by} takes what it was given` });
  });
}
