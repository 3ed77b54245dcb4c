/** Audit devices through the API: kept in the store, opened by every node, never a way to serve what nobody recorded. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fake } from "../../test/support/fake.ts";
import { type TestKernel, openTestKernel } from "../../test/support/kernel.ts";
import { toyEngine } from "../../test/support/toy-engine.ts";
import { type AuditLog, openAuditLog, readAuditLog } from "../audit-log/index.ts";
import { BulkheadError } from "../core/errors.ts";

function work(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-audit-devices-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function until(condition: () => boolean, what: string): Promise<void> {
  for (let tries = 0; !condition(); tries++) {
    if (tries > 3_000) throw new Error(`never: ${what}`);
    await sleep(10);
  }
}

const textOf = (path: string): string => (existsSync(path) ? readFileSync(path, "utf8") : "");
const enable = (at: TestKernel, name: string, options: object, type = "file") =>
  at.call("PUT", `sys/audit/${name}`, { body: { type, options } });

interface Chain extends AuditLog {
  fails: "none" | "all" | "answers";
}

async function chainIn(folder: string): Promise<Chain> {
  const log = await openAuditLog({ folder: join(folder, "chain") });
  const chain: Chain = {
    fails: "none",
    append: (entry, options) =>
      chain.fails === "all" || (chain.fails === "answers" && "status" in entry)
        ? Promise.reject(new BulkheadError("audit.unwritable", { folder, reason: "ENOSPC" }))
        : log.append(entry, options),
    anchor: () => log.anchor(),
    claimed: () => log.claimed(),
    checkpoint: () => log.checkpoint(),
    close: () => log.close(),
  };
  return chain;
}

test("a device set on one node is opened and closed by the others, and outlives both", async (context) => {
  const folder = work(context);
  const path = join(folder, "a.log");
  const at = await openTestKernel();
  const other = await at.second();
  assert.equal((await enable(at, "f", { file_path: path })).status, 204);
  await other.call("GET", "sys/mounts", { headers: { "x-request": "1" } });
  await other.call("GET", "cubbyhole/from-the-other");
  await until(() => textOf(path).includes("cubbyhole/from-the-other"), "the other node's entry");
  const listed = await other.call("GET", "sys/audit");
  assert.deepEqual(Object.keys(listed.json.data ?? {}).sort(), ["chain/", "f/"]);
  const third = await at.second();
  await third.call("GET", "cubbyhole/from-a-third");
  await until(() => textOf(path).includes("cubbyhole/from-a-third"), "a process that started later");
  assert.equal((await other.call("DELETE", "sys/audit/f")).status, 204);
  await at.call("GET", "cubbyhole/late");
  await third.call("GET", "cubbyhole/late");
  await sleep(50);
  assert.ok(!textOf(path).includes("cubbyhole/late"));
  for (const one of [third, other, at]) await one.close();
});

test("no value, no token and no accessor stands in a device's file; hashes are those of sys/audit-hash", async (context) => {
  const folder = work(context);
  const [path, open] = [join(folder, "a.log"), join(folder, "b.log")];
  const at = await openTestKernel();
  await enable(at, "f", { file_path: path });
  await enable(at, "g", { file_path: open, hmac_accessor: "false" });
  const value = fake("value-", 30);
  const made = await at.call("POST", "auth/token/create", {
    body: { policies: ["default"], meta: { run: "run-1", commit: "c0ffee" } },
  });
  const token = String(made.json.auth?.client_token);
  const accessor = String(made.json.auth?.accessor);
  await at.call("POST", "cubbyhole/x", { token, body: { field: value } });
  await at.call("GET", "cubbyhole/x", { token });
  const hashOf = async (input: string): Promise<string> =>
    String((await at.call("POST", "sys/audit-hash/f", { body: { input } })).json.data?.hash);
  const [valueHash, tokenHash] = [await hashOf(value), await hashOf(token)];
  await until(
    () => textOf(path).includes("audit-hash") && textOf(open).includes("audit-hash"),
    "all entries",
  );
  for (const secret of [value, token, at.root]) {
    assert.ok(!textOf(path).includes(secret));
    assert.ok(!textOf(open).includes(secret));
  }
  assert.ok(!textOf(path).includes(accessor));
  assert.ok(textOf(open).includes(accessor), "asked for in clear");
  const entries = textOf(path)
    .trimEnd()
    .split("\n")
    .map(
      (line) =>
        JSON.parse(line) as {
          type: string;
          auth: { metadata?: object };
          request: { path: string; client_token?: string; data?: object };
          response?: { data?: object };
        },
    );
  const own = entries.filter(({ request }) => request.path === "cubbyhole/x");
  assert.equal(own.length, 4);
  for (const { request, auth } of own) {
    assert.equal(request.client_token, tokenHash);
    assert.deepEqual(auth.metadata, { run: "run-1", commit: "c0ffee" });
  }
  assert.deepEqual(own[0]?.request.data, { field: valueHash });
  assert.deepEqual(own[3]?.response?.data, { field: valueHash });
  assert.equal(statSync(path).mode & 0o777, 0o600);
  await at.close();
});

test("the credential of a webhook is never told or logged, also where the device is refused", async (context) => {
  const folder = work(context);
  const { createServer: http } = await import("node:http");
  const server = http((request, response) => {
    request.resume().once("end", () => response.writeHead(204).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => server.close());
  const at = await openTestKernel();
  const path = join(folder, "a.log");
  await enable(at, "f", { file_path: path });
  const key = fake("key-", 30);
  const uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const refused = await enable(at, "h", { uri, headers: JSON.stringify({ "X-Key": key }) }, "webhook");
  assert.equal(refused.status, 400);
  assert.doesNotMatch(refused.text, new RegExp(key));
  await until(() => textOf(path).includes("sys/audit/h"), "its entry");
  assert.ok(!textOf(path).includes(key));
  await at.close();
});

test("when the chained log cannot take an entry a device may; when no one does nothing is served", async (context) => {
  const folder = work(context);
  const path = join(folder, "a.log");
  const toy = toyEngine();
  const chain = await chainIn(folder);
  const at = await openTestKernel({ engines: [toy.plugin], audit: chain });
  await at.call("POST", "sys/mounts/toy", { body: { type: "toy" } });
  await at.call("POST", "toy/item/a", { body: { data: { k: "v" } } });
  await enable(at, "f", { file_path: path });
  chain.fails = "all";
  assert.equal((await at.call("GET", "toy/item/a")).status, 200);
  assert.match(textOf(path), /"type":"response".*toy\/item\/a/);
  chain.fails = "none";
  await at.call("GET", "toy/item/a");
  const gaps: unknown[] = [];
  for await (const { entry } of readAuditLog(join(folder, "chain")))
    if (entry.type === "gap") gaps.push(entry.entries);
  assert.deepEqual(gaps, [2]);
  await at.call("DELETE", "sys/audit/f");
  chain.fails = "all";
  toy.calls.length = 0;
  assert.equal((await at.call("GET", "toy/item/a")).status, 500);
  assert.deepEqual(toy.calls, []);
  chain.fails = "none";
  await at.close();
});

test("a device that hangs holds no request up; with the chained log gone too each fails within its time limit", async (context) => {
  const folder = work(context);
  const server = createServer((socket) => socket.pause().on("error", () => undefined));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => server.close());
  const toy = toyEngine();
  const chain = await chainIn(folder);
  const at = await openTestKernel({ engines: [toy.plugin], audit: chain });
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  await at.call("POST", "sys/mounts/toy", { body: { type: "toy" } });
  assert.equal((await enable(at, "s", { address, write_timeout: "200ms" }, "socket")).status, 204);
  const large = { note: "n".repeat(60_000) };
  for (let n = 0; n < 150; n++)
    assert.ok((await at.call("POST", "toy/item/a", { body: { ...large, data: { n } } })).status < 300);
  chain.fails = "all";
  const refused = async (): Promise<boolean> =>
    (await at.call("POST", "toy/item/a", { body: { ...large, data: { n: 1 } } })).status === 500;
  for (let tries = 0; !(await refused()); tries++) assert.ok(tries < 1_000, "the peer never reads");
  toy.calls.length = 0;
  assert.ok(await refused());
  assert.deepEqual(toy.calls, []);
  chain.fails = "none";
  assert.equal((await at.call("GET", "toy/item/a")).status, 200);
  await at.close();
});

test("a change that was carried out and cannot be recorded as answered is told as such; a read is not", async (context) => {
  const chain = await chainIn(work(context));
  const toy = toyEngine();
  const at = await openTestKernel({ engines: [toy.plugin], audit: chain });
  await at.call("POST", "sys/mounts/toy", { body: { type: "toy" } });
  chain.fails = "answers";
  const written = await at.call("POST", "toy/item/a", { body: { data: { k: "v" } } });
  assert.equal(written.status, 500);
  assert.match(
    written.text,
    /create on toy\/item\/a was carried out, but its answer is withheld: the audit log in .* cannot be written: ENOSPC/,
  );
  assert.equal(written.headers["x-bulkhead-code"], "audit.unanswered");
  const read = await at.call("GET", "toy/item/a");
  assert.equal(read.headers["x-bulkhead-code"], "audit.unwritable");
  assert.doesNotMatch(read.text, /carried out|"k"/);
  chain.fails = "all";
  const neither = await at.call("POST", "toy/item/b", { body: { data: { k: "v" } } });
  assert.equal(neither.headers["x-bulkhead-code"], "audit.unwritable");
  chain.fails = "none";
  assert.equal((await at.call("GET", "toy/item/a")).status, 200);
  assert.equal((await at.call("GET", "toy/item/b")).status, 404);
  await at.close();
});

test("the chained log cannot be disabled, shadowed or imitated; sudo is needed for all of it", async (context) => {
  const folder = work(context);
  const at = await openTestKernel();
  assert.equal((await at.call("DELETE", "sys/audit/chain")).status, 400);
  assert.equal((await enable(at, "chain", { file_path: join(folder, "a.log") })).status, 400);
  assert.equal((await enable(at, "chain/x", { file_path: join(folder, "a.log") })).status, 400);
  for (const name of ["a b", "%00", "é", "a".repeat(300), "a\nb"])
    assert.equal((await enable(at, name, { file_path: join(folder, "a.log") })).status, 400, name);
  await at.call("PUT", "sys/policies/acl/most", {
    body: { policy: 'path "sys/*" { capabilities = ["create", "read", "update", "delete", "list"] }' },
  });
  const made = await at.call("POST", "auth/token/create", { body: { policies: ["most"] } });
  const token = String(made.json.auth?.client_token);
  const body = { type: "file", options: { file_path: join(folder, "a.log") } };
  assert.equal((await at.call("PUT", "sys/audit/f", { token, body })).status, 403);
  assert.equal((await at.call("GET", "sys/audit", { token })).status, 403);
  assert.equal((await at.call("DELETE", "sys/audit/f", { token })).status, 403);
  assert.ok(!existsSync(join(folder, "a.log")));
  await at.close();
});

test("notes are signed for each node, open with this store's key alone, and say where the log stood", async () => {
  const at = await openTestKernel();
  await at.call("GET", "sys/mounts");
  const { notes, verifiers } = await at.kernel.auditCheckpoints();
  assert.equal(notes.length, 1);
  assert.match(verifiers[0] ?? "", /^bulkhead\/[0-9a-f]{16}\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{44}$/);
  const text = notes.join("\n");
  const [anchor] = await at.kernel.auditAnchors();
  const [opened] = at.kernel.openAuditNotes(`${text}\n${text}`);
  assert.deepEqual(
    [opened?.node, opened?.segment, opened?.seq, opened?.hash],
    [anchor?.node, anchor?.segment, anchor?.seq, anchor?.hash],
  );
  assert.deepEqual(at.kernel.openAuditNotes(text.replace(/\n2\n/, "\n1\n")), [null]);
  const stranger = await openTestKernel();
  assert.deepEqual(stranger.kernel.openAuditNotes(text), [null]);
  await stranger.close();
  await at.close();
});
