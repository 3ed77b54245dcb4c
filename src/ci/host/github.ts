/**
 * What GitHub's API tells and files do not: names and ages of secrets, environments and their rules, default permissions, a customised
 * subject. https://docs.github.com/rest (2022-11-28). Each part is null where the token may not read it; no secret's value has an address there.
 */
import type { Json } from "../../core/json-bytes.ts";
import { BulkheadError } from "../../core/errors.ts";
import type { HostEnvironment, HostFacts, HostSecret, Slug } from "../model.ts";
import { type HostApi, UNKNOWN_FACTS, field, flag, number, pages, text, texts } from "./api.ts";

/** Throws `ci.host-refused` when the repository itself cannot be read. */
export async function readGithub(api: HostApi, slug: Slug): Promise<HostFacts> {
  const base = `/repos/${encodeURIComponent(slug.owner)}/${encodeURIComponent(slug.name)}`;
  const own = await api(base);
  if (own.status !== 200)
    throw new BulkheadError("ci.host-refused", { host: slug.host, status: own.status, what: `GET ${base}` });
  const environments = await environmentsOf(api, base);
  const repository = number(field(own.body, "id"));
  const owner = number(field(field(own.body, "owner"), "id"));
  const subject = await api(`${base}/actions/oidc/customization/sub`);
  return {
    ...UNKNOWN_FACTS,
    defaultBranch: text(field(own.body, "default_branch")),
    defaultPermissions: await permissions(api, base),
    numbers: repository === null || owner === null ? null : { repository, owner },
    secrets: await secretsOf(api, base, environments),
    environments,
    subjectClaims: await subjectClaims(api, subject, slug.owner),
    immutableSubject: subject.status === 200 ? flag(field(subject.body, "use_immutable_subject")) : null,
    protectedBranches: await protectedBranches(api, base),
  };
}

const protectedBranches = async (api: HostApi, base: string): Promise<readonly string[] | null> =>
  texts(
    (await pages(api, `${base}/branches`))?.filter((one) => field(one, "protected") === true) ?? null,
    "name",
  );

async function permissions(api: HostApi, base: string): Promise<HostFacts["defaultPermissions"]> {
  const { status, body } = await api(`${base}/actions/permissions/workflow`);
  const value = status === 200 ? field(body, "default_workflow_permissions") : undefined;
  return value === "read" || value === "write" ? value : null;
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
  return field(policy, "protected_branches") === true
    ? protectedBranches(api, base)
    : texts(
        await pages(
          api,
          `${base}/environments/${encodeURIComponent(name)}/deployment-branch-policies`,
          "branch_policies",
        ),
        "name",
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
      if (name !== null)
        found.push({
          name,
          scope,
          environment,
          updated: text(field(one, "updated_at")),
          protected: null,
          masked: null,
        });
    }
  }
  return environments === null ? null : found;
}

/** The repository's own template, else the organisation's where the repository does not use the default. */
async function subjectClaims(
  api: HostApi,
  own: Awaited<ReturnType<HostApi>>,
  owner: string,
): Promise<readonly string[] | null> {
  if (own.status !== 200 || field(own.body, "use_default") !== false) return null;
  const keys = names(field(own.body, "include_claim_keys"));
  if (keys !== null) return keys;
  const shared = await api(`/orgs/${encodeURIComponent(owner)}/actions/oidc/customization/sub`);
  return shared.status === 200 ? names(field(shared.body, "include_claim_keys")) : null;
}

const names = (value: Json | undefined): readonly string[] | null =>
  Array.isArray(value) && value.length > 0 ? (value as readonly Json[]).map(String) : null;
