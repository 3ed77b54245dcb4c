/** The way to a repository's host for `--host`: its token goes to that host's API alone, over TLS or to this machine. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type HostApi, type HostFacts, type HostKind, type Slug, readHost, slugOf } from "../ci/index.ts";
import { BulkheadError } from "../core/errors.ts";
import type { Json } from "../core/json-bytes.ts";
import { Secret } from "../core/secret.ts";
import { HttpFailure, http } from "../managers/http.ts";
import type { Context } from "./context.ts";

type Env = Context["env"];

interface Way {
  readonly token: (env: Env) => string | undefined;
  readonly address: (slug: Slug, env: Env) => string;
  readonly headers: Readonly<Record<string, string>>;
}

const WAYS: Readonly<Record<HostKind, Way>> = {
  github: {
    token: (env) => env.GITHUB_TOKEN || env.GH_TOKEN,
    // https://docs.github.com/enterprise-server/rest/overview/resources-in-the-rest-api
    address: ({ host }, env) =>
      env.GITHUB_API_URL ||
      (host === "github.com"
        ? "https://api.github.com"
        : host.endsWith(".ghe.com")
          ? `https://api.${host}`
          : `https://${host}/api/v3`),
    headers: { accept: "application/vnd.github+json", "x-github-api-version": "2022-11-28" },
  },
  gitlab: {
    token: (env) => env.GITLAB_TOKEN,
    address: ({ host }, env) => env.CI_API_V4_URL || `https://${host}/api/v4`,
    headers: { accept: "application/json" },
  },
};

/** Throws `ci.host-unknown`, `ci.host-refused`. `root`: the repository's folder. */
export async function hostFacts(root: string, { env }: Pick<Context, "env">): Promise<HostFacts> {
  const slug = slugOf(root);
  if (slug === null) throw new BulkheadError("ci.host-unknown", { path: root });
  const kind = kindOf(slug, root);
  const way = WAYS[kind];
  const given = way.token(env);
  const token = given ? Secret.copy(given) : null;
  try {
    return await readHost(kind, apiOf(way, { slug, address: way.address(slug, env), token }), slug);
  } finally {
    token?.wipe();
  }
}

/** By the host's name; of a host of one's own, by whose pipelines the repository has. */
function kindOf({ host }: Slug, root: string): HostKind {
  if (/(?:^|\.)github\.com$|\.ghe\.com$/.test(host)) return "github";
  if (/(?:^|\.)gitlab\./.test(host)) return "gitlab";
  const lab = existsSync(join(root, ".gitlab-ci.yml")) && !existsSync(join(root, ".github", "workflows"));
  return lab ? "gitlab" : "github";
}

/** GitLab's queries stand beside its version. */
const urlOf = (address: string, path: string): string =>
  path === "/graphql" ? `${address.replace(/\/v4\/?$/, "")}${path}` : `${address.replace(/\/$/, "")}${path}`;

const apiOf =
  (
    { headers }: Way,
    {
      slug: { host },
      address,
      token,
    }: { readonly slug: Slug; readonly address: string; readonly token: Secret | null },
  ): HostApi =>
  async (path, sent) => {
    try {
      const { status, body } = await http({
        url: urlOf(address, path),
        headers: {
          ...headers,
          "user-agent": "bulkhead",
          ...(sent !== undefined && { "content-type": "application/json" }),
          ...(token !== null && { authorization: `Bearer ${token.revealText()}` }),
        },
        ...(sent !== undefined && { method: "POST", body: JSON.stringify(sent) }),
      });
      return { status, body: status === 200 ? (JSON.parse(body.toString("utf8")) as Json) : null };
    } catch (cause) {
      const status = cause instanceof HttpFailure ? `nothing (${cause.message})` : "no JSON";
      const method = sent === undefined ? "GET" : "POST";
      throw new BulkheadError("ci.host-refused", { host, status, what: `${method} ${path}` }, { cause });
    }
  };
