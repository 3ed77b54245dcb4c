/** Two servers, one list of requests: the same status, shape and words, or a difference with its reason. For auth methods. */
import assert from "node:assert/strict";
import type { ApiMethod } from "../../src/core/ports/api.ts";
import type { Bao } from "./bao.ts";
import type { PluginApi } from "./plugin-api.ts";

export interface LoginRequest {
  readonly method: ApiMethod;
  /** Below `auth/`. */
  readonly path: string;
  readonly body?: object;
  /** Sent without a token. */
  readonly open?: boolean;
  /** A login that fails: the same status, but the caller does not learn why. */
  readonly refusal?: boolean;
  /** Why Bulkhead's status, shape or text is another one. */
  readonly differs?: string;
}

/** Members of one side alone, and why. */
const OWN_MEMBERS: Readonly<Record<string, string>> = {
  request_id: "random",
  entity_id: "random, or empty where no identity store is mounted",
  client_token: "random",
  accessor: "random",
  token_strictly_bind_ip: "OpenBao's own",
  token_policies_template_claims: "OpenBao's own",
  callback_mode: "OpenBao's own",
  oauth2_metadata: "OpenBao's own",
  oidc_disable_confirmation: "OpenBao's own",
  override_allowed_server_names: "OpenBao's own",
  skip_jwks_validation: "kept, and so shown",
  broad: "what allow_broad stands for",
  allow_broad: "Bulkhead's own",
  identity_policies: "shown as null where there are none",
  namespace_in_state: "there are no namespaces: kept for clients, without effect",
};
/** Former names are taken, and not repeated in answers. */
const FORMER = ["policies", "ttl", "max_ttl", "num_uses", "period", "bound_cidrs"];
/** The job's facts, which Bulkhead adds for platforms it knows. */
const FACTS = ["ci_system", "repository", "workflow", "job", "run", "commit", "ref", "actor", "environment"];

export function plain(node: unknown, name = ""): unknown {
  if (typeof node === "string")
    return node
      .replace(/^1 error occurred:\n\t\* ([^]*?)\n\n$/, "$1")
      .replace(/[?&](?:state|nonce|code_challenge)=[\w-]+/g, "");
  if (Array.isArray(node)) return node.map((one) => plain(one, name));
  if (node === null || typeof node !== "object") return node;
  const role = Object.hasOwn(node, "token_policies") && Object.hasOwn(node, "token_ttl");
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => !Object.hasOwn(OWN_MEMBERS, key))
      .filter(([key]) => !(role && FORMER.includes(key)))
      .filter(([key]) => !(name === "metadata" && FACTS.includes(key)))
      .map(([key, value]) => [key, plain(value, key)]),
  );
}

interface Seen {
  readonly status: number;
  readonly body: unknown;
}

const parse = (text: string): unknown => (text === "" ? null : JSON.parse(text));

async function askBao(bao: Bao, { method, path, body, open }: LoginRequest): Promise<Seen> {
  const listing = method === "LIST";
  const response = await fetch(`${bao.address}/v1/auth/${path}${listing ? "?list=true" : ""}`, {
    method: listing ? "GET" : method,
    headers: { ...(open !== true && { "x-vault-token": bao.token }), "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: plain(parse(await response.text())) };
}

async function askBulkhead(api: PluginApi, { method, path, body, open }: LoginRequest): Promise<Seen> {
  const { status, text } = await api.call(method, `auth/${path}`, body, open === true ? { token: "" } : {});
  return { status, body: plain(parse(text)) };
}

const errorsOf = ({ body }: Seen): readonly string[] =>
  (body as { readonly errors?: readonly string[] } | null)?.errors ?? [];

/** What is wrong with the two answers to a request; null: nothing. */
function problemOf({ refusal, differs }: LoginRequest, ours: Seen, theirs: Seen): string | null {
  if (refusal === true) {
    if (ours.status !== theirs.status || ours.status < 400) return "another status of a refused login";
    return /^(?:login refused|permission denied) \([0-9a-f-]{36}\)$/.test(errorsOf(ours).join())
      ? null
      : "it says more than that it failed";
  }
  let same = true;
  try {
    assert.deepEqual(ours, theirs);
  } catch {
    same = false;
  }
  if (same) return differs === undefined ? null : `no difference any more (${differs})`;
  return differs === undefined ? "a difference without a reason" : null;
}

/** Asks both and asserts that nothing differs without a reason. Gives how many did with one. */
export async function compare(bao: Bao, api: PluginApi, requests: readonly LoginRequest[]): Promise<number> {
  const problems: string[] = [];
  let differing = 0;
  for (const request of requests) {
    const theirs = await askBao(bao, request);
    const ours = await askBulkhead(api, request);
    const problem = problemOf(request, ours, theirs);
    if (request.differs !== undefined) differing++;
    if (problem !== null)
      problems.push(
        `${request.method} ${request.path} ${JSON.stringify(request.body ?? null).slice(0, 160)}: ${problem}\n  theirs ${JSON.stringify(theirs).slice(0, 900)}\n  ours   ${JSON.stringify(ours).slice(0, 900)}`,
      );
  }
  assert.deepEqual(problems, [], problems.join("\n"));
  return differing;
}
