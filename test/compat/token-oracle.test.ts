/**
 * One list of requests about tokens, wrapping, inline logins, leases and mounts, put to OpenBao and to Bulkhead: the same status,
 * body and error text, but for what changes with each run and for the differences that the list names with their reasons.
 */
import assert from "node:assert/strict";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Bao, startBao } from "../support/bao.ts";
import { type TestKernel, openTestKernel } from "../support/kernel.ts";
import { NO_PIP } from "../support/python.ts";
import { type TokenRequest, afterMove, afterSecondMove, tokenRequests } from "../support/token-requests.ts";

interface Seen {
  readonly status: number;
  readonly body: unknown;
}
type Ask = (request: TokenRequest, token: string | null) => Promise<Seen>;

const parse = (text: string): unknown => (text === "" ? null : JSON.parse(text));
const typeOf = (method: string): Record<string, string> =>
  method === "PATCH" ? { "content-type": "application/merge-patch+json" } : {};

const askBao =
  (bao: Bao): Ask =>
  async ({ method, path, body, headers }, token) => {
    const response = await fetch(`${bao.address}/v1/${path}`, {
      method,
      headers: { ...(token === null ? {} : { "x-vault-token": token }), ...typeOf(method), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: parse(await response.text()) };
  };

const askBulkhead =
  (at: TestKernel): Ask =>
  async ({ method, path, body, headers }, token) => {
    const [plain = "", query = ""] = path.split("?");
    const { status, text } = await at.call(method, plain, {
      token,
      query: Object.fromEntries(new URLSearchParams(query)),
      ...(body === undefined ? {} : { body }),
      ...(headers === undefined ? {} : { headers }),
      remote: "127.0.0.1",
    });
    return { status, body: parse(text) };
  };

const memberAt = (body: unknown, path: string): unknown =>
  path
    .split(".")
    .reduce<unknown>(
      (node, key) =>
        typeof node === "object" && node !== null ? (node as Record<string, unknown>)[key] : undefined,
      body,
    );

/** A side with what it kept of its own answers. */
function side(ask: Ask, root: string): (request: TokenRequest) => Promise<Seen> {
  const kept = new Map<string, string>([["wrong", "hvs.wrong"]]);
  return async (request) => {
    const filled = JSON.parse(
      JSON.stringify(request).replace(
        /\{\{(.*?)\}\}/g,
        (_, name: string) => kept.get(name) ?? "nothing-kept",
      ),
    ) as TokenRequest;
    const { as } = request;
    const token = as === "none" ? null : as === undefined ? root : (kept.get(as) ?? "nothing-kept");
    const seen = await ask(filled, token);
    for (const [name, path] of Object.entries(request.keep ?? {})) {
      const found = memberAt(seen.body, path);
      if (typeof found === "string") kept.set(name, found);
    }
    return { status: seen.status, body: plain(seen.body) };
  };
}

/** What differs with every run, and what both say in their own way everywhere. */
const VARIES =
  /^(request_id|client_token|token|accessor|wrapped_accessor|id|uuid|entity_id|creation_time|issue_time|expire_time|created_time|deletion_time|last_renewal|last_renewal_time|ttl|migration_id|migration_info|running_plugin_version|response|help|openapi|lease_id|certificate|issuing_ca|ca_chain|serial_number|private_key|expiration|issuer_id|key_id|keys|default_issuer|canonical_id|not_before)$/;
/** Vault's form has them, OpenBao leaves them out; or they are of one plug-in there. */
const LEFT_OUT: ReadonlySet<string> = new Set(["identity_policies", "deprecation_status", "see_also"]);

function plain(node: unknown, name = ""): unknown {
  if (name === "entity_id" || name === "running_plugin_version") return "varies";
  // a second may have passed there
  if (name === "lease_duration" && typeof node === "number") return Math.round(node / 10) * 10;
  if (name === "warnings") return Array.isArray(node) && node.length > 0 ? "some" : null;
  if (typeof node === "string") {
    const text = node.replace(/^1 error occurred:\n\t\* ([\s\S]*?)\n\n$/, "$1");
    return VARIES.test(name) ? (text === "" ? "" : "varies") : text;
  }
  if (VARIES.test(name) && (typeof node === "number" || node === null || typeof node === "object"))
    return "varies";
  if (Array.isArray(node)) return node.map((one) => plain(one));
  if (node === null || typeof node !== "object") return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => !LEFT_OUT.has(key))
      .filter(
        ([key, value]) => key !== "options" || (value !== null && Object.keys(value as object).length > 0),
      )
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => [key, plain(value, key)]),
  );
}

test("tokens, wrapping, leases and mounts answer as OpenBao's do", { timeout: 300_000 }, async (context) => {
  const bao = await startBao();
  if (bao === null) return context.skip(NO_PIP);
  const at = await openTestKernel();
  context.after(async () => {
    await at.close();
    await bao.stop();
  });
  await at.call("POST", "sys/mounts/secret", { body: { type: "kv-v2" } });
  const [theirs, ours] = [side(askBao(bao), bao.token), side(askBulkhead(at), at.root)];
  const problems: string[] = [];
  let count = 0;
  const compare = async (requests: readonly TokenRequest[]): Promise<void> => {
    for (const request of requests) {
      const there = await theirs(request);
      const here = await ours(request);
      count++;
      const [a, b] = [JSON.stringify(there), JSON.stringify(here)];
      const line = `${count} ${request.method} ${request.path} ${JSON.stringify(request.body ?? null).slice(0, 120)} as ${request.as ?? "root"} ${JSON.stringify(request.headers ?? {}).slice(0, 120)}`;
      if (a !== b && request.differs === undefined) problems.push(`${line}\n  theirs ${a}\n  ours   ${b}`);
      if (a === b && request.differs !== undefined)
        problems.push(`${line}: no difference any more (${request.differs})`);
      assert.ok(here.status < 500, line);
    }
  };
  await compare(tokenRequests);
  await sleep(500);
  await compare(afterMove);
  await sleep(500);
  await compare(afterSecondMove);
  assert.deepEqual(problems, []);
  assert.ok(count >= 400, `${count} requests`);
});
