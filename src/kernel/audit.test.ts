import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import test from "node:test";
import fc from "fast-check";
import { auditText } from "../../test/support/audit-text.ts";
import { fake } from "../../test/support/fake.ts";
import { type TestKernel, openTestKernel } from "../../test/support/kernel.ts";
import { scale } from "../../test/support/scale.ts";
import { toyEngine } from "../../test/support/toy-engine.ts";
import { type AuditLog, openAuditLog, readAuditLog, verifyAuditLog } from "../audit-log/index.ts";

interface Entry {
  readonly type: string;
  readonly path: string;
  readonly operation: string;
  readonly error?: string;
  readonly status?: number;
  readonly auth: null | {
    readonly accessor: string;
    readonly policies: string[];
    readonly metadata: Record<string, string>;
  };
}

const logText = (at: TestKernel): string =>
  readdirSync(at.auditFolder)
    .filter((name) => name.endsWith(".jsonl"))
    .map((name) => readFileSync(join(at.auditFolder, name), "utf8"))
    .join("");

async function entries(at: TestKernel): Promise<Entry[]> {
  const found: Entry[] = [];
  for await (const record of readAuditLog(at.auditFolder)) found.push(record.entry as unknown as Entry);
  return found;
}

test("each request has an entry before and after, refusals too", async () => {
  const at = await openTestKernel({ engines: [toyEngine().plugin] });
  await at.call("GET", "sys/health", { token: null });
  await at.call("GET", "auth/token/lookup-self");
  await at.call("GET", "secret/data/x", { token: "hvs.wrong" });
  await at.call("POST", "sys/policies/acl/p", { body: "{broken" });
  const all = await entries(at);
  assert.deepEqual(
    all.map(({ type, operation, path, status }) => `${type} ${operation} ${path} ${status ?? ""}`.trim()),
    [
      "request read sys/health",
      "response read sys/health 200",
      "request read auth/token/lookup-self",
      "response read auth/token/lookup-self 200",
      "request read secret/data/x",
      "response read secret/data/x 403",
      "request post sys/policies/acl/p",
      "response post sys/policies/acl/p 400",
    ],
  );
  const refused = all.filter((entry) => entry.path === "secret/data/x");
  assert.ok(refused.every((entry) => entry.error === "permission denied"));
  await at.close();
});

test("the caller stands in clear but for the accessor, and its metadata say which run it was", async () => {
  const at = await openTestKernel();
  const made = await at.call("POST", "auth/token/create", {
    body: { policies: ["default"], meta: { run: "run-1", stage: "train" } },
  });
  const token = String(made.json.auth?.client_token);
  const accessor = String(made.json.auth?.accessor);
  await at.call("GET", "auth/token/lookup-self", { token });
  const last = (await entries(at)).at(-1);
  assert.deepEqual(last?.auth?.metadata, { run: "run-1", stage: "train" });
  assert.deepEqual(last.auth.policies, ["default"]);
  const hash = await at.call("POST", "sys/audit-hash/chain", { body: { input: accessor } });
  assert.equal(last.auth.accessor, String(hash.json.data?.hash));
  assert.ok(!logText(at).includes(token) && !logText(at).includes(accessor));
  await at.close();
});

test("no value stands in the log, whatever its shape; plain fields do", async () => {
  const at = await openTestKernel({ engines: [toyEngine().plugin] });
  await at.call("POST", "sys/mounts/toy", { body: { type: "toy" } });
  const value = fc.string({ minLength: 12, maxLength: 40 }).filter((text) => !/^[\s\d]*$/.test(text));
  const shape = fc.oneof(
    value.map((text) => ({ body: JSON.stringify({ value: text }), text })),
    value.map((text) => ({ body: JSON.stringify({ data: { deep: [{ er: text }, 1, null, true] } }), text })),
    value.map((text) => ({ body: JSON.stringify({ undeclared: text, count: text }), text })),
    value.map((text) => ({ body: `{"__proto__":${JSON.stringify(text)}}`, text })),
    fc
      .integer({ min: 1_000_000_000, max: 2_000_000_000 })
      .map((pin) => ({ body: `{"data":{"pin":${pin}},"other":${pin}}`, text: String(pin) })),
  );
  const values: string[] = [];
  await fc.assert(
    fc.asyncProperty(shape, async ({ body, text }) => {
      values.push(text);
      await at.call("POST", "toy/item/a", { body });
      await at.call("GET", "toy/item/a", { query: { unknown: text } });
    }),
    { numRuns: scale(40, 1_000) },
  );
  const control = fake("note-", 20);
  await at.call("POST", "toy/item/a", { body: { note: control, value: fake("v", 20) } });
  const log = logText(at);
  assert.ok(log.includes(control), "a plain field is found, so the search works");
  for (const one of values) {
    assert.ok(!log.includes(JSON.stringify(one).slice(1, -1)), "no value in clear");
    assert.ok(!log.includes(Buffer.from(one).toString("base64")));
  }
  await at.close();
});

/** A real log whose appends fail when told to. */
async function failingLog(folder: string, fails: () => boolean): Promise<AuditLog> {
  const real = await openAuditLog({ folder });
  return {
    append: (entry) => (fails() ? Promise.reject(new Error("disk full")) : real.append(entry)),
    anchor: () => real.anchor(),
    claimed: () => real.claimed(),
    checkpoint: () => real.checkpoint(),
    close: () => real.close(),
  };
}

test("without an entry before, no engine is reached; without one after, no answer leaves", async () => {
  const toy = toyEngine();
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-audit-"));
  let failing: "none" | "all" | "second" = "none";
  let seen = 0;
  const audit = await failingLog(folder, () => {
    seen++;
    return failing === "all" || (failing === "second" && seen % 2 === 0);
  });
  const at = await openTestKernel({ engines: [toy.plugin], audit, onInternalError: () => undefined });
  await at.call("POST", "sys/mounts/toy", { body: { type: "toy" } });
  await at.call("POST", "toy/item/a", { body: { data: { k: "v" } } });
  toy.calls.length = 0;
  failing = "all";
  assert.equal((await at.call("GET", "toy/item/a")).status, 500);
  assert.deepEqual(toy.calls, []);
  failing = "second";
  seen = 0;
  const after = await at.call("GET", "toy/item/a");
  assert.equal(after.status, 500);
  assert.deepEqual(toy.calls, ["read item/a"]);
  assert.doesNotMatch(after.text, /stored/);
  failing = "none";
  assert.equal((await at.call("GET", "toy/item/a")).status, 200, "and it goes on when the log does");
  await at.close();
  rmSync(folder, { recursive: true, force: true });
});

test("the anchor in the barrier is where the log ended", async () => {
  const at = await openTestKernel();
  await at.call("GET", "sys/health", { token: null });
  await at.call("GET", "sys/mounts");
  await at.kernel.seal();
  await at.kernel.unseal(at.rootKey);
  const anchors = await at.kernel.auditAnchors();
  assert.equal(anchors.length, 1);
  assert.equal(anchors[0]?.seq, 4);
  const reports = await verifyAuditLog(at.auditFolder, { anchors });
  assert.ok(reports.every((report) => report.ok));
  await at.close();
});

test("while requests come the anchor follows the log, once a second", async () => {
  const at = await openTestKernel();
  const seq = async (): Promise<number> => (await at.kernel.auditAnchors())[0]?.seq ?? 0;
  const first = await seq();
  await at.call("GET", "sys/mounts");
  at.clock.advance(1_000);
  await at.call("GET", "sys/mounts");
  for (let tries = 0; tries < 200 && (await seq()) === first; tries++) await sleep(10);
  assert.ok((await seq()) > first);
  await at.close();
});

test("an anchor that the log does not go on from is kept beside the new one", async () => {
  const at = await openTestKernel();
  const reopened = async (change: (path: string, lines: string[]) => void): Promise<number> => {
    await at.kernel.close();
    const path = join(at.auditFolder, "0001.00001.jsonl");
    change(path, readFileSync(path, "utf8").trimEnd().split("\n"));
    const next = await at.second();
    await next.call("GET", "sys/mounts");
    await next.kernel.seal();
    await next.kernel.unseal(at.rootKey);
    const anchors = await next.kernel.auditAnchors();
    const reports = await verifyAuditLog(at.auditFolder, { anchors });
    await next.close();
    assert.equal(
      reports.every(({ ok }) => ok),
      anchors.length === 1,
    );
    return anchors.length;
  };
  for (let entry = 0; entry < 5; entry++) await at.call("GET", "sys/mounts");
  assert.equal(await reopened(() => undefined), 1, "a clean close goes on");
  assert.equal(await reopened(() => undefined), 1);
  const cut = await reopened((path, lines) => writeFileSync(path, `${lines.slice(0, -2).join("\n")}\n`));
  assert.equal(cut, 2);
  await at.close();
});

test("what a request without a token makes the log hash is bounded, and its entry always fits", async () => {
  const at = await openTestKernel();
  const lines = (): number => logText(at).split("\n").length - 1;
  const size = scale(300_000, 3_000_000);
  const bodies = {
    flat: `{"a":[${Array.from({ length: size }, () => '"x"').join(",")}]}`,
    names: `{"a":{${Array.from({ length: size / 10 }, (_, i) => `"${i}${"n".repeat(40)}":1`).join(",")}}}`,
    deep: `${'{"a":'.repeat(250)}"${"x".repeat(size)}"${"}".repeat(250)}`,
    plain: `{"policies":["${"p".repeat(size * 10)}"]}`,
  };
  for (const [name, body] of Object.entries(bodies)) {
    const before = logText(at).length;
    const answer = await at.call("POST", "auth/token/create", { token: null, body });
    assert.equal(answer.status, 403, `${name}: ${answer.text.slice(0, 200)}`);
    assert.ok(logText(at).length - before < 10_000, `${name}: ${logText(at).length - before} bytes`);
  }
  assert.equal(lines(), 2 * Object.keys(bodies).length);
  const query = Object.fromEntries([["q", "1"]]);
  const many = new URLSearchParams("a&".repeat(scale(5_000, 16_000)));
  const flood = await at.kernel.handle({
    method: "GET",
    path: "sys/mounts",
    query: many,
    headers: {},
    body: null,
    remote: "local",
  });
  assert.equal(flood.status, 403);
  // a few hundred values are still found one by one
  const few = Array.from({ length: 300 }, (_, i) => `value-${i}`);
  await at.call("POST", "auth/token/create", { token: null, body: { unknown: few }, query });
  const hashed = await at.call("POST", "sys/audit-hash/chain", { body: { input: "value-299" } });
  assert.ok(logText(at).includes(String(hashed.json.data?.hash)));
  await at.close();
});

test("a body of very many fields is refused, and that is written", async () => {
  const at = await openTestKernel();
  const fields = Object.fromEntries(Array.from({ length: 1_001 }, (_, i) => [`f${i}`, 1]));
  assert.equal((await at.call("POST", "cubbyhole/a", { body: fields })).status, 400);
  assert.equal((await at.call("POST", "cubbyhole/a", { body: { ["n".repeat(70_000)]: 1 } })).status, 400);
  const { f0: _, ...most } = fields;
  assert.equal((await at.call("POST", "cubbyhole/a", { body: most })).status, 204);
  assert.equal((await entries(at)).filter(({ status }) => status === 400).length, 2);
  await at.close();
});

test("in clear stands no key that was pasted where a certificate belongs, no role id, no statement", async (context) => {
  const at = await openTestKernel();
  context.after(() => at.close());
  const { privateKey } = generateKeyPairSync("ec", {
    namedCurve: "P-256",
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  for (const type of ["approle", "cert", "jwt"])
    await at.call("POST", `sys/auth/${type}`, { body: { type } });
  await at.call("POST", "sys/mounts/database", { body: { type: "database" } });
  await at.call("POST", "auth/cert/certs/ml", { body: { certificate: privateKey, display_name: "seen" } });
  await at.call("POST", "auth/jwt/config", { body: { jwt_validation_pubkeys: [privateKey] } });
  const statement = `CREATE SUBSCRIPTION s CONNECTION 'password=${fake("pw-", 20)}'`;
  await at.call("POST", "database/roles/r", { body: { db_name: "d", creation_statements: [statement] } });
  const role_id = fake("role-", 20);
  await at.call("POST", "auth/approle/role/r", {
    body: { role_id, bind_secret_id: false, secret_id_bound_cidrs: "10.0.0.0/8" },
  });
  await at.call("POST", "auth/approle/role/r/role-id", { body: { role_id } });
  assert.equal((await at.call("GET", "auth/approle/role/r/role-id")).json.data?.role_id, role_id as unknown);
  const text = auditText(at.auditFolder);
  assert.ok(text.includes('"display_name":"seen"'), "plain fields are found");
  for (const secret of [privateKey.split("\n")[1] ?? "", statement, role_id])
    assert.equal(text.includes(secret), false, secret.slice(0, 12));
});

test("every outcome has its two entries, however early it was refused", async (context) => {
  const at = await openTestKernel();
  context.after(() => at.close());
  await at.call("POST", "sys/auth/people", { body: { type: "userpass" } });
  await at.call("POST", "sys/quotas/rate-limit/few", { body: { path: "auth/people/login/over", rate: 1 } });
  await at.call("POST", "auth/people/login/over", {
    token: null,
    body: { password: "x" },
    remote: "10.0.0.1",
  });
  const inline = (path: string) => ({
    "x-vault-inline-auth-path": path,
    "x-vault-inline-auth-parameter-1": Buffer.from('{"key":"password","value":"x"}').toString("base64url"),
  });
  const cases: readonly [name: string, ask: () => Promise<unknown>, paths: readonly string[]][] = [
    [
      "over the limit",
      () => at.call("POST", "auth/people/login/over", { token: null, body: {}, remote: "10.0.0.1" }),
      ["auth/people/login/over"],
    ],
    [
      "inline, refused",
      () => at.call("GET", "sys/a", { token: null, headers: inline("auth/people/login/b") }),
      ["sys/a", "auth/people/login/b"],
    ],
    [
      "inline, over the limit",
      () =>
        at.call("GET", "sys/c", {
          token: null,
          headers: inline("auth/people/login/over"),
          remote: "10.0.0.1",
        }),
      ["sys/c", "auth/people/login/over"],
    ],
    [
      "inline, no login",
      () => at.call("GET", "sys/d", { token: null, headers: inline("sys/mounts") }),
      ["sys/d", "sys/mounts"],
    ],
    [
      "not to be wrapped",
      () => at.call("GET", "sys/internal/ui/mounts", { token: null, headers: { "x-vault-wrap-ttl": "1h" } }),
      ["sys/internal/ui/mounts"],
    ],
    ["malformed", () => at.call("POST", "sys/e", { body: "{" }), ["sys/e"]],
    [
      "a header that is not offered",
      () => at.call("GET", "sys/f", { headers: { "x-vault-mfa": "x" } }),
      ["sys/f"],
    ],
    [
      "a body that is no JSON",
      () => at.call("POST", "sys/storage/raft/snapshot", { body: "no snapshot" }),
      ["sys/storage/raft/snapshot"],
    ],
    ["no token", () => at.call("GET", "sys/g", { token: "hvs.none" }), ["sys/g"]],
    ["sealed on the way", () => at.call("PUT", "sys/seal"), ["sys/seal"]],
  ];
  for (const [name, ask, paths] of cases) {
    const before = logText(at).length;
    await ask();
    const entries = logText(at)
      .slice(before)
      .split("\n")
      .flatMap((line) => (line.includes('"type":"re') ? [JSON.parse(line) as Entry] : []));
    for (const path of paths)
      assert.deepEqual(
        entries.filter((entry) => entry.path === path).map(({ type }) => type),
        ["request", "response"],
        `${name}: ${path}`,
      );
  }
});
