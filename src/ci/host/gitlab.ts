/**
 * What GitLab's API tells: https://docs.gitlab.com/api/rest/, and for variables https://docs.gitlab.com/api/graphql/, since the REST API
 * knows no list of them without their values.
 */
import type { Json } from "../../core/json-bytes.ts";
import { BulkheadError } from "../../core/errors.ts";
import type { HostEnvironment, HostFacts, HostSecret, JobTokenScope, Slug } from "../model.ts";
import { type HostApi, UNKNOWN_FACTS, field, flag, number, pages, text, texts } from "./api.ts";

const MOST_ROUNDS = 50;

export async function readGitlab(api: HostApi, slug: Slug): Promise<HostFacts> {
  const path = `${slug.owner}/${slug.name}`;
  const base = `/projects/${encodeURIComponent(path)}`;
  const own = await api(base);
  if (own.status !== 200)
    throw new BulkheadError("ci.host-refused", { host: slug.host, status: own.status, what: `GET ${base}` });
  const repository = number(field(own.body, "id"));
  const owner = number(field(field(own.body, "namespace"), "id"));
  return {
    ...UNKNOWN_FACTS,
    defaultBranch: text(field(own.body, "default_branch")),
    numbers: repository === null || owner === null ? null : { repository, owner },
    secrets: await variables(api, path),
    environments: await environments(api, base),
    protectedBranches: texts(await pages(api, `${base}/protected_branches`), "name"),
    protectedTags: texts(await pages(api, `${base}/protected_tags`), "name"),
    jobToken: await jobToken(api, base, flag(field(own.body, "ci_push_repository_for_job_token_allowed"))),
  };
}

/** The project's own and the groups' above it; what an instance adds only its administrators see. */
async function variables(api: HostApi, path: string): Promise<HostSecret[] | null> {
  const own = await nodes(api, path, "ciVariables");
  const inherited = await nodes(api, path, "inheritedCiVariables");
  if (own === null || inherited === null) return null;
  return [
    ...own.flatMap((one) => variable(one, "repository")),
    ...inherited.flatMap((one) => variable(one, "organization")),
  ];
}

function variable(node: Json, scope: "repository" | "organization"): HostSecret[] {
  const name = text(field(node, "key"));
  if (name === null) return [];
  const environment = text(field(node, "environmentScope")) ?? "*";
  return [
    {
      name,
      scope: environment === "*" ? scope : "environment",
      environment: environment === "*" ? null : environment,
      updated: null,
      protected: flag(field(node, "protected")),
      masked: flag(field(node, "masked")),
    },
  ];
}

/** Null when any page is refused. */
async function nodes(
  api: HostApi,
  path: string,
  list: "ciVariables" | "inheritedCiVariables",
): Promise<readonly Json[] | null> {
  const query = `query($path: ID!, $after: String) { project(fullPath: $path) { ${list}(first: 100, after: $after) { nodes { key protected masked environmentScope } pageInfo { hasNextPage endCursor } } } }`;
  const found: Json[] = [];
  let after: string | null = null;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const { status, body } = await api("/graphql", { query, variables: { path, after } });
    const part = field(field(field(body, "data"), "project"), list);
    const page = field(part, "nodes");
    if (status !== 200 || field(body, "errors") !== undefined || !Array.isArray(page)) return null;
    found.push(...(page as readonly Json[]));
    const info = field(part, "pageInfo");
    after = text(field(info, "endCursor"));
    if (field(info, "hasNextPage") !== true) return found;
    if (after === null) return null;
  }
  return null;
}

/** Protection is a matter of the licence: where its list is refused, who approves is unknown. */
async function environments(api: HostApi, base: string): Promise<HostEnvironment[] | null> {
  const names = texts(await pages(api, `${base}/environments`), "name");
  if (names === null) return null;
  const guarded = await pages(api, `${base}/protected_environments`);
  return names.map((name) => {
    const rules = guarded?.find((one) => field(one, "name") === name);
    const approvals = field(rules, "approval_rules");
    const count = field(rules, "required_approval_count");
    return {
      name,
      reviewers:
        guarded === null
          ? null
          : (Array.isArray(approvals) && approvals.length > 0) || (typeof count === "number" && count > 0),
      branches: null,
    };
  });
}

async function jobToken(api: HostApi, base: string, pushes: boolean | null): Promise<JobTokenScope | null> {
  const { status, body } = await api(`${base}/job_token_scope`);
  const limited = status === 200 ? flag(field(body, "inbound_enabled")) : null;
  if (limited === null) return null;
  if (!limited) return { open: true, projects: [], groups: [], pushes };
  const projects = await pages(api, `${base}/job_token_scope/allowlist`);
  const groups = await pages(api, `${base}/job_token_scope/groups_allowlist`);
  if (projects === null || groups === null) return null;
  return {
    open: false,
    projects: texts(projects, "path_with_namespace") ?? [],
    // A group has an address and a name, no path.
    groups: groups.flatMap((one) => pathOf(text(field(one, "web_url"))) ?? text(field(one, "name")) ?? []),
    pushes,
  };
}

const pathOf = (address: string | null): string | null =>
  /^https?:\/\/[^/]+\/(?:groups\/)?(.+?)\/?$/.exec(address ?? "")?.[1] ?? null;
