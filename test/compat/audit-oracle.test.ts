/**
 * Audit devices: one list of requests to OpenBao and to Bulkhead gives the same statuses, bodies and error texts, but for what
 * `differs` explains; and what each writes into its file has the same members.
 */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import type { ApiMethod } from "../../src/core/ports/api.ts";
import { type Bao, startBao } from "../support/bao.ts";
import { type TestKernel, openTestKernel } from "../support/kernel.ts";
import { Tally, compareAll, parse } from "../support/oracle.ts";
import { NO_PIP } from "../support/python.ts";

interface Request {
  readonly method: ApiMethod;
  readonly path: string;
  readonly body?: unknown;
  /** null: none. */
  readonly token?: string | null;
  /** Why the two answer differently. */
  readonly differs?: string;
}

const WORDS = "our own words where Go's parser or dialler speaks for itself";
const UNSAFE = "nothing is written where a device could be more than a log";

const enable = (name: string, type: unknown, options?: unknown, more: object = {}): Request => ({
  method: "PUT",
  path: `sys/audit/${name}`,
  body: { type, ...(options === undefined ? {} : { options }), ...more },
});
const because = (request: Request, differs: string): Request => ({ ...request, differs });
const hash = (name: string, body: unknown): Request => ({
  method: "POST",
  path: `sys/audit-hash/${name}`,
  body,
});
const remove = (name: string): Request => ({ method: "DELETE", path: `sys/audit/${name}` });
const list: Request = { method: "GET", path: "sys/audit" };

/** `{{dir}}` is a folder of each side's own. */
const requests: readonly Request[] = [
  list,
  enable("f1", "file", { file_path: "{{dir}}/a.log" }, { description: "first" }),
  list,
  enable("f1", "file", { file_path: "{{dir}}/a.log" }),
  enable("f1/", "file", { file_path: "{{dir}}/a.log" }),
  enable("f1/below", "file", { file_path: "{{dir}}/b.log" }),
  enable("x/y", "file", { path: "{{dir}}/b.log" }),
  enable("x", "file", { file_path: "{{dir}}/c.log" }),
  {
    method: "POST",
    path: "sys/audit/posted",
    body: { type: "file", options: { file_path: "{{dir}}/d.log" } },
  },
  enable("local", "file", { file_path: "{{dir}}/e.log" }, { local: true }),
  enable("hmac", "file", { file_path: "{{dir}}/f.log", hmac_accessor: "false" }),
  enable("hmac-bool", "file", { file_path: "{{dir}}/g.log", hmac_accessor: true }),
  remove("hmac-bool"),
  enable("mode", "file", { file_path: "{{dir}}/h.log", mode: "0640" }),
  because(
    enable("mode0", "file", { file_path: "{{dir}}/i.log", mode: "0000" }),
    "a new file is made, with 0600",
  ),
  enable("json", "file", { file_path: "{{dir}}/j.log", format: "json" }),
  enable("elide", "file", { file_path: "{{dir}}/k.log", elide_list_responses: "true" }),
  enable("raw-off", "file", { file_path: "{{dir}}/l.log", log_raw: "false" }),
  list,
  enable("bad", "file"),
  enable("bad", "file", {}),
  because(enable("bad", "file", { file_path: "" }), WORDS),
  enable("bad", "nope", {}),
  enable("bad", "", {}),
  { method: "PUT", path: "sys/audit/bad", body: {} },
  { method: "PUT", path: "sys/audit/bad" },
  enable("bad", "file", { file_path: "{{dir}}/z.log", format: "jsonx" }),
  enable("bad", "file", { file_path: "{{dir}}/z.log", format: "nope" }),
  because(enable("bad", "file", { file_path: "{{dir}}/z.log", mode: "9x" }), WORDS),
  because(enable("bad", "file", { file_path: "{{dir}}/z.log", hmac_accessor: "maybe" }), WORDS),
  because(enable("bad", "file", { file_path: "{{dir}}/z.log", log_raw: "maybe" }), WORDS),
  because(enable("bad", "file", "x"), WORDS),
  because(enable("bad", "file", { file_path: "{{dir}}/none/z.log" }), "a missing folder is not made"),
  because(enable("bad", "file", { file_path: "{{dir}}" }), WORDS),
  because(
    enable("raw", "file", { file_path: "{{dir}}/m.log", log_raw: "true" }),
    "values are never logged raw",
  ),
  because(enable("discard", "file", { file_path: "discard" }), "a device that keeps nothing lets all pass"),
  because(enable("unknown", "file", { file_path: "{{dir}}/n.log", colour: "red" }), "refused, never ignored"),
  because(enable("name", "file", { file_path: "{{dir}}/cron" }), UNSAFE),
  because(enable("prefix", "file", { file_path: "{{dir}}/o.log", prefix: "x" }), UNSAFE),
  because(enable("exec", "file", { file_path: "{{dir}}/p.log", mode: "0755" }), UNSAFE),
  because(
    enable("lists", "file", { file_path: "{{dir}}/q.log", elide_list_responses: "false" }),
    "lists always stand as their length",
  ),
  enable("s", "socket"),
  because(enable("s", "socket", { address: "" }), WORDS),
  because(enable("s", "socket", { address: "127.0.0.1:1", socket_type: "tcp" }), WORDS),
  because(enable("s", "socket", { address: "127.0.0.1:1", socket_type: "sctp" }), WORDS),
  because(enable("s", "socket", { address: "127.0.0.1:1", write_timeout: "x" }), WORDS),
  enable("udp", "socket", { address: "127.0.0.1:9", socket_type: "udp", write_timeout: "2s" }),
  enable("y", "syslog", { facility: "NOPE" }),
  enable("h", "http"),
  because(enable("h", "http", { uri: "http://127.0.0.1:1/x" }), "https only"),
  list,
  hash("f1", { input: "value" }),
  hash("posted", { input: "value" }),
  hash("x/y", { input: "value" }),
  hash("none", { input: "value" }),
  hash("x", { input: "value" }),
  hash("f1", {}),
  hash("f1", { input: "" }),
  { method: "GET", path: "sys/audit-hash/f1" },
  { method: "DELETE", path: "sys/audit-hash/f1" },
  { method: "GET", path: "sys/audit/f1" },
  because({ method: "LIST", path: "sys/audit" }, "the path is there, and is not listed"),
  { method: "PATCH", path: "sys/audit/f1", body: {} },
  { method: "DELETE", path: "sys/audit" },
  { method: "POST", path: "sys/audit", body: {} },
  { ...list, token: null },
  { ...list, token: "hvs.wrong" },
  { ...enable("bad", "file", { file_path: "{{dir}}/z.log" }), token: null },
  { ...remove("f1"), token: null },
  { ...hash("f1", { input: "value" }), token: null },
  { ...list, token: "limited" },
  { ...enable("bad", "file", { file_path: "{{dir}}/z.log" }), token: "limited" },
  { ...remove("f1"), token: "limited" },
  { ...hash("f1", { input: "value" }), token: "limited" },
  { ...list, token: "plain" },
  { ...enable("bad", "file", { file_path: "{{dir}}/z.log" }), token: "plain" },
  { ...remove("f1"), token: "plain" },
  { ...hash("f1", { input: "value" }), token: "plain" },
  remove("posted"),
  remove("posted"),
  remove("never"),
  remove("x/y"),
  hash("posted", { input: "value" }),
  enable("x", "file", { file_path: "{{dir}}/c.log" }),
  list,
];

type Ask = (request: Request) => Promise<{ status: number; json: unknown }>;

function baoAsk(bao: Bao, tokens: Map<string, string>): Ask {
  return async ({ method, path, body, token = bao.token }) => {
    const sent = token === null ? null : (tokens.get(token) ?? token);
    const response = await fetch(`${bao.address}/v1/${path}${method === "LIST" ? "?list=true" : ""}`, {
      method: method === "LIST" ? "GET" : method,
      headers: {
        ...(sent === null ? {} : { "x-vault-token": sent }),
        ...(method === "PATCH" ? { "content-type": "application/merge-patch+json" } : {}),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, json: parse(await response.text()) };
  };
}

function kernelAsk(at: TestKernel, tokens: Map<string, string>): Ask {
  return async ({ method, path, body, token }) => {
    const sent = typeof token === "string" ? (tokens.get(token) ?? token) : token;
    const answer = await at.call(method, path, {
      ...(sent === undefined ? {} : { token: sent }),
      ...(body === undefined ? {} : { body }),
    });
    return { status: answer.status, json: parse(answer.text) };
  };
}

const filled = (request: Request, dir: string): Request =>
  JSON.parse(JSON.stringify(request).replaceAll("{{dir}}", dir)) as Request;

/** What is each server's own: ids, hashes, its folder; and the log that Bulkhead always has. */
function plain(json: unknown, dir: string): unknown {
  const text = JSON.stringify(json, (name, value: unknown) =>
    name === "request_id" || name === "chain/" ? undefined : value,
  );
  return JSON.parse(
    text
      .replaceAll(dir, "{{dir}}")
      .replace(/1 error occurred:\\n\\t\* (.*?)\\n\\n/g, "$1") // the whole kernel leaves the frame out
      .replace(/hmac-sha256:[0-9a-f]{64}/g, "hmac-sha256:"),
  ) as unknown;
}

const POLICIES = {
  limited: 'path "sys/audit*" { capabilities = ["read", "list"] }',
  plain: 'path "sys/*" { capabilities = ["create", "read", "update", "delete"] }',
};

async function prepare(ask: Ask): Promise<Map<string, string>> {
  const tokens = new Map<string, string>();
  for (const [name, policy] of Object.entries(POLICIES)) {
    await ask({ method: "PUT", path: `sys/policies/acl/${name}`, body: { policy } });
    const made = await ask({ method: "POST", path: "auth/token/create", body: { policies: [name] } });
    tokens.set(name, (made.json as { auth: { client_token: string } }).auth.client_token);
  }
  return tokens;
}

interface Sides {
  readonly dirs: { readonly theirs: string; readonly ours: string };
  readonly theirs: Ask;
  readonly ours: Ask;
}

async function sides(context: test.TestContext): Promise<Sides | null> {
  const bao = await startBao({
    config: "unsafe_allow_api_audit_creation = true\nallow_audit_log_prefixing = true\n",
  });
  if (bao === null) return null;
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-audit-oracle-"));
  const at = await openTestKernel();
  context.after(async () => {
    await bao.stop();
    await at.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const dirs = { theirs: join(folder, "theirs"), ours: join(folder, "ours0") };
  for (const dir of Object.values(dirs)) mkdirSync(dir);
  const [theirTokens, ourTokens] = [new Map<string, string>(), new Map<string, string>()];
  const theirs = baoAsk(bao, theirTokens);
  const ours = kernelAsk(at, ourTokens);
  for (const [name, token] of await prepare(theirs)) theirTokens.set(name, token);
  for (const [name, token] of await prepare(ours)) ourTokens.set(name, token);
  return { dirs, theirs, ours };
}

test("sys/audit and sys/audit-hash answer as OpenBao's", { timeout: 300_000 }, async (context) => {
  const both = await sides(context);
  if (both === null) return context.skip(NO_PIP);
  const { dirs, theirs, ours } = both;
  const tally = await Tally.of("audit", {});
  const asking = (ask: Ask, dir: string) => async (request: Request) => {
    const { status, json } = await ask(filled(request, dir));
    return { status, body: plain(json, dir) };
  };
  let status = 0;
  await compareAll<Request>(
    {
      tally,
      theirs: async (request) => {
        const seen = await asking(theirs, dirs.theirs)(request);
        status = seen.status;
        return seen;
      },
      ours: async (request) => {
        const seen = await asking(ours, dirs.ours)(request);
        // a device that only one of them took would show in every list after it
        if (status !== seen.status)
          await Promise.all([theirs, ours].map((ask) => ask({ method: "DELETE", path: request.path })));
        return seen;
      },
    },
    requests,
  );
  tally.finish();
});

/** Members of an entry that only one of them writes, and why. */
const MEMBERS: Readonly<Record<string, string>> = {
  "auth.policy_results": "which policy granted it: the policies stand beside it",
  "auth.token_issue_time": "not part of what a caller is here",
  "auth.token_ttl": "not part of what a caller is here",
  "auth.remaining_uses": "not part of what a caller is here",
  "request.client_id": "OpenBao's counting of clients",
  "request.remote_port": "the listener does not pass it on",
  "request.mount_accessor": "OpenBao has it on some only",
  "response.mount_accessor": "OpenBao has it on some only",
  "request.mount_running_version": "plug-ins are part of the program",
  "response.mount_running_plugin_version": "plug-ins are part of the program",
  "response.data.error": "the text stands in `error`",
  "response.auth.display_name": "it is the caller's from then on",
  error: "the same errors, in words of each",
};
const known = (name: string): boolean =>
  Object.keys(MEMBERS).some((one) => name === one || name.startsWith(`${one}.`));

function members(value: unknown, prefix = ""): string[] {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return [prefix];
  return Object.entries(value).flatMap(([name, one]) =>
    members(one, prefix === "" ? name : `${prefix}.${name}`),
  );
}

interface Entry {
  readonly type: string;
  readonly request: { readonly path: string; readonly operation: string };
}

test("entries have the members of OpenBao's, and the hashes that sys/audit-hash gives", {
  timeout: 300_000,
}, async (context) => {
  const both = await sides(context);
  if (both === null) return context.skip(NO_PIP);
  const { dirs, theirs, ours } = both;
  const sequence: readonly Request[] = [
    { method: "POST", path: "sys/mounts/kv", body: { type: "kv", options: { version: "2" } } },
    { method: "POST", path: "kv/data/x", body: { data: { a: "value-of-a" } } },
    { method: "GET", path: "kv/data/x" },
    { method: "LIST", path: "kv/metadata" },
    { method: "GET", path: "kv/data/none" },
    { method: "GET", path: "nowhere/x" },
    { method: "GET", path: "kv/data/x", token: null },
    { method: "GET", path: "kv/data/x", token: "hvs.wrong" },
    { method: "GET", path: "kv/data/x", token: "plain" },
    { method: "POST", path: "auth/token/create", body: { policies: ["default"], meta: { run: "r-1" } } },
    { method: "DELETE", path: "kv/data/x" },
  ];
  const logs: Entry[][] = [];
  for (const [ask, dir] of [
    [theirs, dirs.theirs],
    [ours, dirs.ours],
  ] as const) {
    const file = join(dir, "a.log");
    const options = { file_path: file, elide_list_responses: "true" };
    assert.equal((await ask(enable("f1", "file", options))).status, 204);
    for (const request of sequence) await ask(request);
    const hashed = (await ask(hash("f1", { input: "value-of-a" }))).json as { hash: string };
    const read = (): string => readFileSync(file, "utf8");
    for (let tries = 0; !read().includes("sys/audit-hash/f1") && tries < 500; tries++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    assert.ok(read().includes(hashed.hash), "the value is found by its hash");
    assert.ok(!read().includes("value-of-a"));
    const wanted = sequence.map(({ path }) => path.replace("kv/metadata", "kv/metadata/"));
    logs.push(
      read()
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as Entry)
        .filter(({ request }) => wanted.includes(request.path)),
    );
  }
  const [theirEntries = [], ourEntries = []] = logs;
  const title = ({ type, request }: Entry): string => `${type} ${request.operation} ${request.path}`;
  assert.deepEqual(ourEntries.map(title), theirEntries.map(title));
  assert.equal(ourEntries.length, 2 * sequence.length);
  const problems: string[] = [];
  for (const [at, entry] of ourEntries.entries()) {
    const a = new Set(members(entry));
    const b = new Set(members(theirEntries[at]));
    const odd = [...a, ...b].filter((name) => a.has(name) !== b.has(name)).filter((name) => !known(name));
    if (odd.length > 0)
      problems.push(`${title(entry)}: ${odd.map((name) => `${a.has(name) ? "+" : "-"}${name}`).join(" ")}`);
  }
  assert.deepEqual(problems, []);
});
