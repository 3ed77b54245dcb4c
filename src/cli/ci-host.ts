/** The way to a repository's host for `--host`: GITHUB_TOKEN goes to that host's API alone, over TLS or to this machine. */
import { type HostApi, type HostFacts, type Slug, readHost, slugOf } from "../ci/index.ts";
import { BulkheadError } from "../core/errors.ts";
import type { Json } from "../core/json-bytes.ts";
import { Secret } from "../core/secret.ts";
import { HttpFailure, http } from "../managers/http.ts";
import type { Context } from "./context.ts";

/** Throws `ci.host-unknown`, `ci.host-refused`. `root`: the repository's folder. */
export async function hostFacts(root: string, { env }: Pick<Context, "env">): Promise<HostFacts> {
  const slug = slugOf(root);
  if (slug === null) throw new BulkheadError("ci.host-unknown", { path: root });
  const given = env.GITHUB_TOKEN || env.GH_TOKEN;
  const token = given ? Secret.copy(given) : null;
  try {
    return await readHost(apiOf(slug, env.GITHUB_API_URL || addressOf(slug), token), slug);
  } finally {
    token?.wipe();
  }
}

/** https://docs.github.com/enterprise-server/rest/overview/resources-in-the-rest-api */
function addressOf({ host }: Slug): string {
  if (host === "github.com") return "https://api.github.com";
  return host.endsWith(".ghe.com") ? `https://api.${host}` : `https://${host}/api/v3`;
}

const apiOf =
  ({ host }: Slug, address: string, token: Secret | null): HostApi =>
  async (path) => {
    try {
      const { status, body } = await http({
        url: `${address.replace(/\/$/, "")}${path}`,
        headers: {
          accept: "application/vnd.github+json",
          "x-github-api-version": "2022-11-28",
          "user-agent": "bulkhead",
          ...(token !== null && { authorization: `Bearer ${token.revealText()}` }),
        },
      });
      return { status, body: status === 200 ? (JSON.parse(body.toString("utf8")) as Json) : null };
    } catch (cause) {
      const status = cause instanceof HttpFailure ? `nothing (${cause.message})` : "no JSON";
      throw new BulkheadError("ci.host-refused", { host, status, what: `GET ${path}` }, { cause });
    }
  };
