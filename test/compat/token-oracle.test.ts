/**
 * One list of requests about tokens, wrapping, inline logins, leases and mounts, put to OpenBao and to Bulkhead: the same status,
 * body and error text, but for what changes with each run and for the differences that the list names with their reasons.
 */
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startBao } from "../support/bao.ts";
import { type TestKernel, openTestKernel } from "../support/kernel.ts";
import { type Seen, Tally, askOver, compareAll, keepFrom, parse } from "../support/oracle.ts";
import { NO_PIP } from "../support/python.ts";
import { type TokenRequest, afterMove, afterSecondMove, tokenRequests } from "../support/token-requests.ts";

type Ask = (request: TokenRequest, token: string | null) => Promise<Seen>;

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
    keepFrom(kept, request.keep, seen.body);
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
  const tally = await Tally.of("tokens", {
    "secret/": "kv-v2",
    "auth/people/": "auth/userpass",
    "auth/robots/": "auth/approle",
  });
  const sides = {
    tally,
    theirs: side(askOver(bao.address, bao.token), bao.token),
    ours: side(askBulkhead(at), at.root),
  };
  const compare = (requests: readonly TokenRequest[]): Promise<void> => compareAll(sides, requests);
  await compare(tokenRequests);
  await sleep(500);
  await compare(afterMove);
  await sleep(500);
  await compare(afterSecondMove);
  tally.finish();
});
