/** Cases decided by a server that speaks Vault's API, by real requests. */
import assert from "node:assert/strict";
import { type Agent, request as httpRequest } from "node:http";
import {
  type CaseDecisions,
  type CaseRequest,
  type Decider,
  type PolicyCase,
  hclOf,
} from "./policy-cases.ts";

interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface Server {
  /** Without a slash at the end. */
  readonly address: string;
  readonly token: string;
  /** Keeps connections; the caller destroys it. */
  readonly agent: Agent;
}

/** Requests to a server with one token. `path` is what follows `/v1/`; a body is sent as JSON. */
export function callerOf({ address, token, agent }: Server) {
  return (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
      const sent = httpRequest(
        `${address}/v1/${path}`,
        {
          method,
          agent,
          headers: {
            "x-vault-token": token,
            ...(payload && { "content-type": "application/json", "content-length": payload.length }),
            ...headers,
          },
        },
        (response) => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (chunk: string) => (text += chunk));
          response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
        },
      );
      sent.on("error", reject);
      sent.end(payload);
    });
}

const METHOD: Record<CaseRequest["method"], string> = {
  read: "GET",
  write: "POST",
  delete: "DELETE",
  list: "LIST",
  scan: "SCAN",
  patch: "PATCH",
};

export interface DeciderOptions {
  /** What is mounted: it takes every operation. Default: a key-value store of version 1. */
  readonly engine?: Readonly<Record<string, unknown>>;
  /** SCAN as `GET ?scan=true`, as clients send it. */
  readonly scanByQuery?: boolean;
}

/**
 * The decider that asks a server (`token` is a root token): mounts an engine at `mount`, then for each set writes the policies,
 * makes a token and sends the requests with it.
 */
export async function serverDecider(
  server: Server,
  mount: string,
  { engine = { type: "kv", options: { version: "1" } }, scanByQuery = false }: DeciderOptions = {},
): Promise<Decider> {
  const root = callerOf(server);
  const mounted = await root("POST", `sys/mounts/${mount}`, engine);
  assert.ok(mounted.status === 204 || mounted.status === 200, mounted.body);
  return async (set: PolicyCase): Promise<CaseDecisions> => {
    const names = set.policies.map((_, at) => `c${set.id}-${at}`);
    await Promise.all(
      set.policies.map(async (rules, at) => {
        const written = await root("PUT", `sys/policies/acl/${names[at]}`, { policy: hclOf(rules) });
        assert.ok(written.status === 204 || written.status === 200, `${written.body}\n${hclOf(rules)}`);
      }),
    );
    const made = await root("POST", "auth/token/create", {
      policies: names,
      no_default_policy: true,
      ttl: "1h",
    });
    assert.equal(made.status, 200, made.body);
    const token = (JSON.parse(made.body) as { auth: { client_token: string } }).auth.client_token;
    const call = callerOf({ ...server, token });
    const allowed: boolean[] = [];
    for (const one of set.requests) {
      const asQuery = one.method === "scan" && scanByQuery;
      const parameters = one.method === "read" ? Object.entries(one.data ?? {}) : [];
      if (asQuery) parameters.push(["scan", "true"]);
      const query =
        parameters.length > 0
          ? `?${new URLSearchParams(parameters.map(([name, value]): [string, string] => [name, String(value)])).toString()}`
          : "";
      const answer = await call(
        asQuery ? "GET" : METHOD[one.method],
        `${one.path.split("/").map(encodeURIComponent).join("/")}${query}`,
        one.method === "write" || one.method === "patch" ? (one.data ?? {}) : undefined,
        {
          ...(one.wrap !== undefined && { "x-vault-wrap-ttl": `${one.wrap}s` }),
          ...(one.method === "patch" && { "content-type": "application/merge-patch+json" }),
        },
      );
      const denied = answer.status === 403;
      assert.equal(denied, answer.body.includes("permission denied"), `${answer.status} ${answer.body}`);
      assert.notEqual(answer.status, 500, `${JSON.stringify(one)} ${answer.body}`);
      allowed.push(!denied);
    }
    const asked = await root("POST", "sys/capabilities", { token, paths: set.paths });
    assert.equal(asked.status, 200, asked.body);
    const { data } = JSON.parse(asked.body) as { data: Record<string, string[]> };
    return { allowed, capabilities: set.paths.map((path) => data[path] ?? []) };
  };
}

/** All cases, several at a time. */
export async function decideAll(
  decide: Decider,
  cases: readonly PolicyCase[],
  concurrency: number,
): Promise<CaseDecisions[]> {
  const answers: CaseDecisions[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < cases.length; at = next++) answers[at] = await decide(cases[at] as PolicyCase);
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return answers;
}
