/** The seal under attack: wrong and mixed shares, replayed nonces, floods, kills in the middle, and tampered snapshots. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { NO_POSTGRES, startPostgres } from "../support/postgres.ts";
import { scale } from "../support/scale.ts";
import { initialize, openSealedKernel, unseal } from "../support/sealed-kernel.ts";
import { startSealed } from "../support/sealed-servers.ts";

const REKEY = { secret_shares: 3, secret_threshold: 2 };

test("fewer shares, foreign ones and ones of two generations open nothing", async () => {
  const at = await openSealedKernel();
  const { keys, root } = await initialize(at);
  const other = await openSealedKernel();
  const foreign = (await initialize(other)).keys;
  const opens = async (...shares: (string | undefined)[]): Promise<boolean> => {
    await at.call("PUT", "sys/unseal", { reset: true });
    await unseal(at, shares as string[]);
    return !at.kernel.sealed;
  };
  assert.ok(!(await opens(keys[0])));
  assert.ok(!(await opens(keys[0], keys[0])), "one share twice");
  assert.ok(!(await opens(keys[0], foreign[1])));
  assert.ok(!(await opens(...foreign)));
  assert.ok(!(await opens("00".repeat(33), "01".repeat(33))));
  assert.ok(await opens(keys[2], keys[0]));

  const { nonce } = (await at.call("PUT", "sys/rekey/init", REKEY)).json;
  await at.call("PUT", "sys/rekey/update", { key: keys[0], nonce });
  const done = await at.call("PUT", "sys/rekey/update", { key: keys[1], nonce });
  const next = done.json.keys as unknown as string[];
  await at.call("PUT", "sys/seal", {}, root);
  assert.ok(at.kernel.sealed);
  assert.ok(!(await opens(...keys.slice(0, 2))), "the old generation");
  for (const mine of [0, 1, 2])
    for (const old of [0, 1, 2]) assert.ok(!(await opens(keys[old], next[mine])), `mixed ${old} ${mine}`);
  assert.ok(await opens(next[1], next[2]));
  await at.close();
  await other.close();
});

test("the old shares open no old copy of the row that is left in the store's file", async () => {
  const at = await openSealedKernel();
  const { keys } = await initialize(at);
  await unseal(at, keys.slice(0, 2));
  const row = JSON.parse((await at.store.get("core/seal"))?.value.toString() ?? "") as { key: string };
  const files = (): Buffer =>
    Buffer.concat(
      readdirSync(at.folder)
        .filter((name) => name.startsWith("store"))
        .map((name) => readFileSync(join(at.folder, name))),
    );
  assert.ok(files().includes(row.key));
  const { nonce } = (await at.call("PUT", "sys/rekey/init", REKEY)).json;
  for (const key of keys.slice(0, 2)) await at.call("PUT", "sys/rekey/update", { key, nonce });
  assert.ok(!files().includes(row.key));
  await at.close();
});

test("initialization happens once, also when asked several times at once", async () => {
  const at = await openSealedKernel();
  const other = await at.again();
  const answers = await Promise.all([at, other, at, other].map((one) => one.call("PUT", "sys/init", REKEY)));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400, 400, 400]);
  const won = answers.find(({ status }) => status === 200);
  const keys = won?.json.keys as unknown as string[];
  assert.equal((await unseal(other, keys.slice(0, 2))).json.sealed, false);
  const token = String(won?.json.root_token);
  assert.equal((await other.call("GET", "auth/token/lookup-self", undefined, token)).status, 200);
  assert.ok(at.kernel.sealed, "initializing unseals nothing");
  await other.close();
  await at.close();
});

test("shares, root token and one-time pad stand nowhere in store, audit log or operator's log", async () => {
  const at = await openSealedKernel();
  const { keys, root } = await initialize(at);
  await unseal(at, keys.slice(0, 2));
  const attempt = (await at.call("PUT", "sys/generate-root/attempt", {})).json;
  const { nonce } = attempt;
  await at.call("PUT", "sys/generate-root/update", { key: keys[0], nonce });
  await at.call("PUT", "sys/generate-root/update", { key: keys[0], nonce: "wrong" });
  const made = await at.call("PUT", "sys/generate-root/update", { key: keys[1], nonce });
  const rekey = (await at.call("PUT", "sys/rotate/root/init", REKEY, root)).json.data;
  await at.call("PUT", "sys/rotate/root/update", { key: keys[1], nonce: rekey?.nonce }, root);
  const next = await at.call("PUT", "sys/rotate/root/update", { key: keys[2], nonce: rekey?.nonce }, root);
  assert.equal(next.status, 200);
  const secrets = [...keys, root, String(attempt.otp), String(made.json.encoded_token)];
  secrets.push(...(next.json.data?.keys as unknown as string[]));
  await at.kernel.close();
  const audit = readdirSync(join(at.folder, "audit")).map((name) =>
    readFileSync(join(at.folder, "audit", name)),
  );
  const store = readdirSync(at.folder)
    .filter((name) => name.startsWith("store"))
    .map((name) => readFileSync(join(at.folder, name)));
  const all = Buffer.concat([...audit, ...store, Buffer.from(at.warnings.join("\n"))]);
  assert.ok(all.includes("sys/generate-root/update"), "the audit log was read");
  for (const secret of secrets)
    for (const form of [secret, Buffer.from(secret, "hex"), Buffer.from(secret, "hex").toString("base64")])
      assert.ok(form.length < 16 || !all.includes(form), "found");
  assert.deepEqual(at.warnings, ["a root token was made from shares", "the unseal shares were replaced"]);
  await at.store.close();
  rmSync(at.folder, { recursive: true, force: true });
});

test("a nonce of an operation that is over opens nothing, and sealing ends every operation", async () => {
  const at = await openSealedKernel();
  const { keys, root } = await initialize(at);
  await unseal(at, keys.slice(0, 2));
  const begun = (await at.call("PUT", "sys/rekey/init", REKEY)).json.nonce;
  await at.call("PUT", "sys/rekey/update", { key: keys[0], nonce: begun });
  await at.call("DELETE", "sys/rekey/init");
  const again = (await at.call("PUT", "sys/rekey/init", REKEY)).json.nonce;
  assert.notEqual(again, begun);
  assert.equal((await at.call("PUT", "sys/rekey/update", { key: keys[1], nonce: begun })).status, 400);
  assert.equal((await at.call("GET", "sys/rekey/init")).json.progress, 0, "the share of before is gone");
  const attempt = (await at.call("PUT", "sys/generate-root/attempt", {})).json.nonce;
  await at.call("PUT", "sys/generate-root/update", { key: keys[0], nonce: attempt });
  await at.call("PUT", "sys/seal", {}, root);
  await unseal(at, keys.slice(0, 2));
  assert.equal(
    (await at.call("PUT", "sys/generate-root/update", { key: keys[1], nonce: attempt })).status,
    400,
  );
  assert.equal((await at.call("GET", "sys/generate-root/attempt")).json.started, false);
  assert.equal((await at.call("GET", "sys/rekey/init")).json.started, false);
  await at.close();
});

test("new shares that are not verified count for nothing, and the old ones still do", async () => {
  const at = await openSealedKernel();
  const { keys, root } = await initialize(at);
  await unseal(at, keys.slice(0, 2));
  const { nonce } = (await at.call("PUT", "sys/rekey/init", { ...REKEY, require_verification: true })).json;
  await at.call("PUT", "sys/rekey/update", { key: keys[0], nonce });
  const out = (await at.call("PUT", "sys/rekey/update", { key: keys[1], nonce })).json;
  const next = out.keys as unknown as string[];
  const verification = { nonce: out.verification_nonce };
  await at.call("PUT", "sys/rekey/verify", { ...verification, key: next[0] });
  assert.equal((await at.call("PUT", "sys/rekey/verify", { ...verification, key: keys[1] })).status, 400);
  await at.call("PUT", "sys/seal", {}, root);
  assert.equal((await unseal(at, next.slice(0, 2))).status, 400);
  assert.equal((await unseal(at, keys.slice(0, 2))).json.sealed, false);
  await at.close();
});

test("whoever has no token cannot flood the paths that ask for none", async () => {
  const at = await openSealedKernel();
  await initialize(at);
  const statuses = new Set<number>();
  for (let tries = 0; tries < 600; tries++)
    statuses.add((await at.call("PUT", "sys/unseal", { key: randomBytes(33).toString("hex") })).status);
  assert.ok(statuses.has(429));
  at.clock.advance(10_000);
  assert.notEqual((await at.call("PUT", "sys/unseal", { key: randomBytes(33).toString("hex") })).status, 429);
  await at.close();
});

test("a sealed server seals for nobody: what came before the unsealing does nothing after it", async () => {
  const at = await openSealedKernel();
  const { keys, root } = await initialize(at);
  assert.equal((await at.call("PUT", "sys/seal")).status, 204);
  await unseal(at, keys.slice(0, 2));
  assert.equal((await at.call("PUT", "sys/seal")).status, 403);
  assert.equal((await at.call("PUT", "sys/seal", {}, "hvs.wrong")).status, 403);
  assert.ok(!at.kernel.sealed);
  const plain = (await at.call("POST", "auth/token/create", { policies: ["default"] }, root)).json.auth;
  for (const path of ["seal", "rotate", "step-down", "rotate/root/init", "generate-root-token/attempt"])
    assert.equal((await at.call("PUT", `sys/${path}`, {}, String(plain?.client_token))).status, 403, path);
  const snapshot = await at.call("GET", "sys/storage/raft/snapshot", undefined, String(plain?.client_token));
  assert.equal(snapshot.status, 403);
  await at.close();
});

test("a call that came while it was sealed seals nothing that was unsealed meanwhile", async () => {
  const at = await openSealedKernel();
  const { keys } = await initialize(at);
  await unseal(at, keys.slice(0, 1));
  const [opened, sealed] = await Promise.all([
    at.call("PUT", "sys/unseal", { key: keys[1] }),
    at.call("PUT", "sys/seal"),
  ]);
  assert.deepEqual([opened.json.sealed, sealed.status], [false, 204]);
  assert.ok(!at.kernel.sealed);
  await at.close();
});

test("of two rekeys at once on two nodes one counts, and the other's holders are told", async () => {
  const at = await openSealedKernel();
  const { keys } = await initialize(at);
  const other = await at.again();
  const begin = async (node: typeof at) => {
    await unseal(node, keys.slice(0, 2));
    const { nonce } = (await node.call("PUT", "sys/rekey/init", { ...REKEY, require_verification: true }))
      .json;
    await node.call("PUT", "sys/rekey/update", { key: keys[0], nonce });
    const out = (await node.call("PUT", "sys/rekey/update", { key: keys[1], nonce })).json;
    return { node, keys: out.keys as unknown as string[], nonce: out.verification_nonce };
  };
  const finish = async ({ node, keys: next, nonce }: Awaited<ReturnType<typeof begin>>): Promise<number> => {
    await node.call("PUT", "sys/rekey/verify", { key: next[0], nonce });
    return (await node.call("PUT", "sys/rekey/verify", { key: next[1], nonce })).status;
  };
  const [first, second] = [await begin(at), await begin(other)];
  assert.equal(await finish(first), 200);
  assert.equal(await finish(second), 503);
  for (const node of [at, other]) {
    await node.kernel.seal();
    await assert.rejects(node.kernel.services.seal.rekey.progress(), { code: "seal.sealed" });
    assert.equal((await unseal(node, second.keys.slice(0, 2))).status, 400);
    assert.equal((await unseal(node, first.keys.slice(0, 2))).json.sealed, false);
  }
  await other.close();
  await at.close();
});

test("two configured servers on one PostgreSQL: made once, unsealed each, one store", async (t) => {
  const postgres = await startPostgres();
  if (postgres === null) return t.skip(NO_POSTGRES);
  t.after(() => postgres.stop());
  const storage = { postgresql: { connection_url: postgres.dsn() } };
  const nodes = [await startSealed({ storage }), await startSealed({ storage })] as const;
  for (const node of nodes) t.after(() => node.stop());
  const call = async (
    node: (typeof nodes)[number],
    method: string,
    path: string,
    body?: object,
    token = "",
  ) => {
    const answer = await fetch(`${node.address}/v1/${path}`, {
      method,
      headers: { "x-vault-token": token },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, json: (text === "" ? {} : JSON.parse(text)) as Record<string, unknown> };
  };
  const made = (await call(nodes[0], "PUT", "sys/init", REKEY)).json;
  assert.equal((await call(nodes[1], "PUT", "sys/init", REKEY)).status, 400);
  const [keys, root] = [made.keys as string[], String(made.root_token)];
  for (const node of nodes) for (const key of keys.slice(1)) await call(node, "PUT", "sys/unseal", { key });
  await call(nodes[0], "POST", "sys/mounts/secret", { type: "kv" }, root);
  await call(nodes[0], "POST", "secret/x", { a: "b" }, root);
  assert.deepEqual((await call(nodes[1], "GET", "secret/x", undefined, root)).json.data, { a: "b" });
  await call(nodes[1], "PUT", "sys/seal", {}, root);
  assert.equal((await call(nodes[1], "GET", "secret/x", undefined, root)).status, 503);
  assert.equal(
    (await call(nodes[0], "GET", "secret/x", undefined, root)).status,
    200,
    "each is sealed for itself",
  );
  for (const node of nodes) assert.ok(!node.log().includes(postgres.password));
});

test("a server killed in the middle of new shares is opened by exactly one set", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-rekey-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const storage = { file: { path: join(folder, "store") } };
  const start = () => startSealed({ storage, folder });
  let server = await start();
  t.after(() => server.stop("SIGKILL"));
  const put = async (path: string, body: object): Promise<Record<string, unknown> | null> => {
    const answer = await fetch(`${server.address}/v1/sys/${path}`, {
      method: "PUT",
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    return answer.ok && text !== "" ? (JSON.parse(text) as Record<string, unknown>) : null;
  };
  const opensWith = async (keys: readonly string[]): Promise<boolean> => {
    await put("unseal", { reset: true });
    let last: Record<string, unknown> | null = null;
    for (const key of keys.slice(0, 2)) last = await put("unseal", { key });
    return last?.sealed === false;
  };
  let keys = (await put("init", REKEY))?.keys as string[];
  assert.ok(await opensWith(keys));
  for (let round = 0; round < scale(4, 40); round++) {
    const nonce = (await put("rekey/init", REKEY))?.nonce;
    await put("rekey/update", { key: keys[0], nonce });
    const last = put("rekey/update", { key: keys[1], nonce }).catch(() => null);
    await new Promise((resolve) => setTimeout(resolve, round * 3));
    await server.stop("SIGKILL");
    const next = ((await last)?.keys ?? null) as string[] | null;
    server = await start();
    const old = await opensWith(keys);
    if (next === null && !old) {
      // the answer was lost with the process: the write was done, and nobody holds its shares
      await server.stop("SIGKILL");
      rmSync(join(folder, "store"), { recursive: true, force: true });
      server = await start();
      keys = (await put("init", REKEY))?.keys as string[];
      assert.ok(await opensWith(keys));
      continue;
    }
    if (next === null) continue;
    assert.ok(!old, "shares that were answered replace the old ones");
    assert.ok(await opensWith(next));
    keys = next;
  }
});
