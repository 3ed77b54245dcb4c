/**
 * What GitHub's API tells and files do not: names and ages of secrets, environments and their rules, default permissions, a customised
 * subject. https://docs.github.com/rest (2022-11-28). Each part is null where the token may not read it; no secret's value has an address there.
 */
import type { Json } from "../core/json-bytes.ts";
import { BulkheadError } from "../core/errors.ts";
import type { HostEnvironment, HostFacts, HostSecret, Slug } from "./model.ts";

/** Asks for `path` below the API's address; handed in by whoever may speak to the network. Throws where there is no answer. */
export type HostApi = (path: string) => Promise<{ readonly status: number; readonly body: Json }>;

const MOST_PAGES = 50;
const PAGE = 100;

/** Throws `ci.host-refused` when the repository itself cannot be read. */
export async function readHost(api: HostApi, slug: Slug): Promise<HostFacts> {
  const base = `/repos/${encodeURIComponent(slug.owner)}/${encodeURIComponent(slug.name)}`;
  const own = await api(base);
  if (own.status !== 200)
    throw new BulkheadError("ci.host-refused", { host: slug.host, status: own.status, what: `GET ${base}` });
  const environments = await environmentsOf(api, base);
  return {
    defaultBranch: text(field(own.body, "default_branch")),
    defaultPermissions: await permissions(api, base),
    secrets: await secretsOf(api, base, environments),
    environments,
    subjectClaims: await subjectClaims(api, base, slug.owner),
  };
}

async function permissions(api: HostApi, base: string): Promise<HostFacts["defaultPermissions"]> {
  const { status, body } = await api(`${base}/actions/permissions/workflow`);
  const value = status === 200 ? field(body, "default_workflow_permissions") : undefined;
  return value === "read" || value === "write" ? value : null;
}

/** Null when any page is refused: half a list would look like a whole one. */
async function pages(api: HostApi, path: string, key: string): Promise<readonly Json[] | null> {
  const found: Json[] = [];
  for (let page = 1; page <= MOST_PAGES; page++) {
    const { status, body } = await api(`${path}?per_page=${PAGE}&page=${page}`);
    const list = key === "" ? body : field(body, key);
    if (status !== 200 || !Array.isArray(list)) return null;
    found.push(...(list as readonly Json[]));
    if (list.length < PAGE) return found;
  }
  return null;
}

async function environmentsOf(api: HostApi, base: string): Promise<HostEnvironment[] | null> {
  const list = await pages(api, `${base}/environments`, "environments");
  if (list === null) return null;
  const found: HostEnvironment[] = [];
  for (const one of list) {
    const name = text(field(one, "name"));
    if (name === null) continue;
    const rules = field(one, "protection_rules");
    const reviewers =
      Array.isArray(rules) &&
      (rules as readonly Json[]).some((rule) => field(rule, "type") === "required_reviewers");
    found.push({
      name,
      reviewers,
      branches: await branchesOf(api, base, { name, policy: field(one, "deployment_branch_policy") }),
    });
  }
  return found;
}

/** Null: every branch may deploy, or the rules may not be read. */
async function branchesOf(
  api: HostApi,
  base: string,
  { name, policy }: { readonly name: string; readonly policy: Json | undefined },
): Promise<readonly string[] | null> {
  if (policy === undefined || policy === null) return null;
  const [path, key] =
    field(policy, "protected_branches") === true
      ? [`${base}/branches`, ""]
      : [`${base}/environments/${encodeURIComponent(name)}/deployment-branch-policies`, "branch_policies"];
  const list = await pages(api, path, key);
  return (
    list
      ?.filter((one) => key !== "" || field(one, "protected") === true)
      .flatMap((one) => text(field(one, "name")) ?? []) ?? null
  );
}

async function secretsOf(
  api: HostApi,
  base: string,
  environments: readonly HostEnvironment[] | null,
): Promise<HostSecret[] | null> {
  const places: readonly (readonly [string, HostSecret["scope"], string | null])[] = [
    [`${base}/actions/secrets`, "repository", null],
    [`${base}/actions/organization-secrets`, "organization", null],
    ...(environments ?? []).map(
      ({ name }) =>
        [`${base}/environments/${encodeURIComponent(name)}/secrets`, "environment", name] as const,
    ),
  ];
  const found: HostSecret[] = [];
  for (const [path, scope, environment] of places) {
    const list = await pages(api, path, "secrets");
    // A person's repository has no organisation.
    if (list === null && scope === "organization") continue;
    if (list === null) return null;
    for (const one of list) {
      const name = text(field(one, "name"));
      if (name !== null) found.push({ name, scope, environment, updated: text(field(one, "updated_at")) });
    }
  }
  return environments === null ? null : found;
}

/** The repository's own template, else the organisation's where the repository does not use the default. */
async function subjectClaims(api: HostApi, base: string, owner: string): Promise<readonly string[] | null> {
  const own = await api(`${base}/actions/oidc/customization/sub`);
  if (own.status !== 200 || field(own.body, "use_default") !== false) return null;
  const keys = names(field(own.body, "include_claim_keys"));
  if (keys !== null) return keys;
  const shared = await api(`/orgs/${encodeURIComponent(owner)}/actions/oidc/customization/sub`);
  return shared.status === 200 ? names(field(shared.body, "include_claim_keys")) : null;
}

const field = (value: Json, name: string): Json | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, Json>>)[name]
    : undefined;
const text = (value: Json | undefined): string | null => (typeof value === "string" ? value : null);
const names = (value: Json | undefined): readonly string[] | null =>
  Array.isArray(value) && value.length > 0 ? (value as readonly Json[]).map(String) : null;
