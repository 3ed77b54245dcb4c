/** What one job holds: its logins with everything they open, its secrets by name, the rights of its token. */
import { effective } from "../authority/permissions.ts";
import type { Authority, CredentialUse, ExternalSystem, Job, Span } from "../model.ts";
import { system, variableMatch } from "../effects/systems.ts";
import type { HeldKind } from "./types.ts";

export interface Held {
  readonly kind: HeldKind;
  readonly credential: string;
  readonly systems: readonly ExternalSystem[];
  readonly scope: string;
  readonly certain: boolean;
  readonly span: Span;
  /** Of a secret: its own name and the variables that carry it. */
  readonly names: readonly string[];
}

/** In the order of their first use; empty when the job holds nothing. */
export function heldBy(job: Job): Held[] {
  const acts = job.steps.flatMap(({ effects }) => effects.authorities);
  return [...logins(job, acts), ...secrets(job, acts), ...runToken(job, acts)];
}

/** The publishers that take signed claims without a role. */
const PUBLISHING: Readonly<Record<string, string>> = {
  npm: "npm trusted publishing",
  pypi: "PyPI trusted publishing",
  rubygems: "RubyGems trusted publishing",
  crates: "crates.io trusted publishing",
  nuget: "NuGet trusted publishing",
  sigstore: "Sigstore signing",
};

/** `arn:…:role/deploy` → `deploy`, `projects/…/providers/x` → `x`. */
const shortTarget = (target: string): string => target.replace(/^.*[/:](?=[^/:]+$)/, "");

/** Each login by claims opens its own system and whatever later steps do without a credential of their own. */
function logins(job: Job, acts: readonly Authority[]): Held[] {
  const identity = job.identities.find(({ kind }) => kind === "oidc");
  const found: { -readonly [K in keyof Held]: Held[K] }[] = [];
  const ambient: Authority[] = [];
  let holder: (typeof found)[number] | null = null;
  for (const act of acts) {
    if (act.auth === "oidc" && identity !== undefined) {
      const name = act.target !== null && act.login ? shortTarget(act.target) : PUBLISHING[act.system.id];
      holder = {
        kind: "oidc",
        credential: `OIDC: ${name ?? act.system.title}`,
        systems: [act.system],
        scope: act.target ?? act.by,
        certain: identity.certain,
        span: act.span,
        names: [],
      };
      if (!found.some(({ credential }) => credential === holder?.credential)) found.push(holder);
      else holder = found.find(({ credential }) => credential === holder?.credential) ?? holder;
    } else if (act.auth === "ambient" || (act.auth === "oidc" && identity === undefined)) {
      if (holder !== null) holder.systems = together([...holder.systems, act.system]);
      else if (!act.login || act.verb !== "read") ambient.push(act);
    }
  }
  if (identity !== undefined && found.length === 0)
    found.push({
      kind: "oidc",
      credential: "OIDC: used by nothing that is known",
      systems: [],
      scope: "a script or an action may exchange it anywhere that trusts this job",
      certain: identity.certain,
      span: identity.span,
      names: [],
    });
  // After a login by secret the rest is that secret's.
  const bySecret = acts.some(({ login, auth }) => login && (auth === "secret" || auth === "run-token"));
  const [first] = ambient;
  if (first !== undefined && !bySecret && needsCredential(job, ambient))
    found.push({
      kind: "ambient",
      credential: "whatever the runner or an earlier step left",
      systems: together(ambient.map(({ system }) => system)),
      scope: first.by,
      certain: false,
      span: first.span,
      names: [],
    });
  return found;
}

/** A plain read on a fresh machine proves nothing of a credential. */
const needsCredential = (job: Job, acts: readonly Authority[]): boolean =>
  acts.some(({ verb }) => verb !== "read" && verb !== "test") || job.runner?.hosting === "self-hosted";

const KINDS: Readonly<Record<CredentialUse["kind"], HeldKind>> = {
  secret: "secret",
  "all-secrets": "every",
  "dynamic-secret": "dynamic",
  managed: "managed",
  literal: "literal",
  "run-token": "run-token",
};
const WORDS: Readonly<Partial<Record<HeldKind, string>>> = {
  every: "every secret",
  dynamic: "a secret chosen at run time",
  literal: "a value in the file",
};

/** A secret that is handed on by its name as text: an input says which, and somebody looks it up. */
const NAMES = /^[A-Z][A-Z0-9]*_[A-Z0-9_]+(?:[\s,]+[A-Z][A-Z0-9]*_[A-Z0-9_]+)*$/;

function named(use: CredentialUse): CredentialUse[] {
  const text = use.kind === "literal" ? (use.text?.value.trim() ?? "") : "";
  if (!NAMES.test(text)) return [use];
  return text.split(/[\s,]+/).map((name) => {
    const provider = variableMatch(name)?.provider;
    return { ...use, kind: "secret", name, system: provider ? system(provider.id) : null };
  });
}

function secrets(job: Job, acts: readonly Authority[]): Held[] {
  const groups = new Map<string, CredentialUse[]>();
  for (const use of job.credentials.flatMap(named)) {
    if (use.kind === "run-token" || use.scope === "condition" || use.read?.carries === false) continue;
    const key = `${use.kind} ${use.kind === "literal" ? (use.as ?? "") : (use.name ?? "")}`;
    groups.set(key, [...(groups.get(key) ?? []), use]);
  }
  return [...groups.values()].flatMap((uses): Held[] => {
    const [first] = uses;
    if (first === undefined) return [];
    const kind = KINDS[first.kind];
    const names = [
      ...new Set(uses.flatMap(({ name, as }) => [name, as]).filter((one): one is string => one !== null)),
    ];
    const carried = uses.map(({ as }) => as).filter((as): as is string => as !== null);
    const used = acts.filter(
      ({ auth, through }) => auth === "secret" && through.some((one) => carried.includes(one)),
    );
    const own = uses.flatMap(({ system }) => system ?? []);
    // What follows a login with it, without a credential of its own, is done with it.
    const loggedIn = used.find(({ login }) => login);
    const after =
      loggedIn === undefined
        ? []
        : acts.slice(acts.indexOf(loggedIn) + 1).filter(({ auth }) => auth === "ambient");
    return [
      {
        kind,
        credential:
          kind === "literal"
            ? `${WORDS.literal} (${first.as ?? "container"})`
            : (first.name ?? WORDS[kind] ?? kind),
        systems: together([...used, ...after].map(({ system }) => system).concat(own)),
        scope: [...new Set(uses.map(whereOf))].join(", "),
        certain: kind !== "secret" || first.read !== null || first.kind === "managed",
        span: first.span,
        names,
      },
    ];
  });
}

function whereOf({ scope, as, step }: CredentialUse): string {
  const where = step === null ? scope : `step ${step.index + 1} ${scope}`;
  return as === null ? where : `${where} ${as}`;
}

/** Only where it can do more than to read the source: that every run can. */
function runToken(job: Job, acts: readonly Authority[]): Held[] {
  const identity = job.identities.find(({ kind }) => kind === "run-token");
  if (identity === undefined) return [];
  const scopes = rights(job);
  const written = scopes.filter(({ access }) => access === "write");
  const unknown = scopes.find(({ access }) => access === "unknown");
  const used = acts.filter(({ auth }) => auth === "run-token").map(({ system }) => system);
  if (written.length === 0 && unknown === undefined && used.length === 0) return [];
  return [
    {
      kind: "run-token",
      credential: job.workflow.system === "gitlab-ci" ? "CI_JOB_TOKEN" : "GITHUB_TOKEN",
      systems: used.length === 0 ? [] : together(used),
      scope:
        unknown !== undefined && written.length === 0
          ? "the repository's default, which files do not show"
          : written.map(({ scope }) => `${scope}: write`).join(", ") || "read",
      certain: unknown === undefined,
      span: identity.span,
      names: ["GITHUB_TOKEN"],
    },
  ];
}

/** What the token may do, by scope; claims are an identity of their own. */
export function rights(job: Job): { readonly scope: string; readonly access: string; readonly span: Span }[] {
  const level = job.permissions.kind === "absent" ? job.workflow.permissions : job.permissions;
  if (level.kind === "map")
    return level.entries
      .filter(({ scope }) => scope !== "id-token")
      .map(({ scope, span }) => ({ scope, access: effective(job, scope), span }));
  if (level.kind === "read-all") return [{ scope: "contents", access: "read", span: level.span }];
  if (level.kind === "write-all")
    return ["contents", "packages", "actions", "pull-requests", "deployments", "attestations"].map(
      (scope) => ({ scope, access: "write", span: level.span }),
    );
  // A caller's permissions may stand behind an absent one.
  return ["contents", "packages", "actions"].map((scope) => ({
    scope,
    access: effective(job, scope),
    span: level.span,
  }));
}

export function together(systems: readonly ExternalSystem[]): ExternalSystem[] {
  const seen = new Map<string, ExternalSystem>();
  for (const one of systems) if (!seen.has(one.id)) seen.set(one.id, one);
  return [...seen.values()];
}
