/** Ceremonies of share holders, step by step: what each step refuses, so that no share counts twice, for another attempt, or wrongly. */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { type SealedKernel, openSealedKernel } from "../../../test/support/sealed-kernel.ts";

interface World {
  readonly at: SealedKernel;
  readonly keys: readonly string[];
  readonly root: string;
  put(path: string, body: object): Promise<{ status: number; json: Record<string, unknown>; said: string }>;
}

async function world(context: TestContext): Promise<World> {
  const at = await openSealedKernel();
  context.after(() => at.close());
  const put: World["put"] = async (path, body) => {
    const { status, json } = await at.call("PUT", `sys/${path}`, body, root);
    const found = (json ?? {}) as unknown as Record<string, unknown>;
    return { status, json: found, said: String((found.errors as string[] | undefined)?.[0] ?? "") };
  };
  let root = "";
  const made = await put("init", { secret_shares: 3, secret_threshold: 2 });
  assert.equal(made.status, 200, made.said);
  root = String(made.json.root_token);
  const keys = made.json.keys as string[];
  for (const bad of [
    { secret_shares: 1, secret_threshold: 1 },
    { secret_shares: 3, secret_threshold: 2 },
  ])
    assert.equal((await put("init", bad)).status, 400, "a store is set up once");
  for (const key of keys.slice(0, 2)) await put("unseal", { key });
  assert.equal(at.kernel.sealed, false);
  return { at, keys, root, put };
}

test("a root token is made by enough different shares of one attempt", async (context) => {
  const { keys, put } = await world(context);
  const update = (key: string | undefined, nonce: unknown) => put("generate-root/update", { key, nonce });
  assert.match((await update(keys[0], "none")).said, /no root generation in progress/);
  assert.match((await put("generate-root/attempt", { otp: "short" })).said, /incorrect length/);
  const started = await put("generate-root/attempt", {});
  assert.equal(started.status, 200, started.said);
  assert.match((await put("generate-root/attempt", {})).said, /already in progress/);
  const { nonce } = started.json;
  assert.match((await update(keys[0], "another")).said, /incorrect nonce/);
  const first = await update(keys[0], nonce);
  assert.deepEqual([first.json.progress, first.json.complete], [1, false]);
  assert.match((await update(keys[0], nonce)).said, /already been provided/);
  const done = await update(keys[1], nonce);
  assert.equal(done.json.complete, true, done.said);
  assert.match((await update(keys[2], nonce)).said, /no root generation in progress/, "an attempt makes one");
  const again = await put("generate-root/attempt", {});
  const flipped = `${keys[0]?.startsWith("00") === true ? "01" : "00"}${keys[0]?.slice(2) ?? ""}`;
  await update(keys[1], again.json.nonce);
  assert.equal(
    (await update(flipped, again.json.nonce)).status,
    400,
    "shares of something else make nothing",
  );
});

test("shares are replaced by enough of the old ones, and on request only when the new ones are proved", async (context) => {
  const { at, keys, put } = await world(context);
  const update = (key: string | undefined, nonce: unknown) => put("rekey/update", { key, nonce });
  const verify = (key: string | undefined, nonce: unknown) => put("rekey/verify", { key, nonce });
  assert.match((await update(keys[0], "none")).said, /no barrier rekey in progress/);
  assert.match((await verify(keys[0], "none")).said, /no rekey/);
  for (const counts of [
    { secret_shares: 2, secret_threshold: 3 },
    { secret_shares: 0, secret_threshold: 0 },
    { secret_shares: 3, secret_threshold: 1 },
    { secret_shares: 256, secret_threshold: 2 },
  ])
    assert.match(
      (await put("rekey/init", counts)).said,
      /invalid rekey seal configuration/,
      JSON.stringify(counts),
    );
  const started = await put("rekey/init", {
    secret_shares: 3,
    secret_threshold: 2,
    require_verification: true,
  });
  assert.equal(started.status, 200, started.said);
  assert.match(
    (await put("rekey/init", { secret_shares: 3, secret_threshold: 2 })).said,
    /already in progress/,
  );
  const { nonce } = started.json;
  assert.match((await update(keys[0], "another")).said, /incorrect nonce/);
  assert.match((await verify(keys[0], nonce)).said, /no rekey configuration found/);
  await update(keys[0], nonce);
  assert.match((await update(keys[0], nonce)).said, /already been provided/);
  const made = await update(keys[1], nonce);
  const next = made.json.keys as string[];
  assert.equal(next.length, 3, made.said);
  assert.match((await update(keys[2], nonce)).said, /verification must be performed/);
  const proof = made.json.verification_nonce;
  assert.match((await verify(next[0], "another")).said, /incorrect nonce/);
  await verify(next[0], proof);
  assert.match((await verify(next[0], proof)).said, /already been provided/);
  assert.match((await verify(keys[0], proof)).said, /verification failed/, "an old one proves nothing");
  const fresh = (await at.call("GET", "sys/rekey/verify")).json as unknown as { nonce: string };
  assert.notEqual(fresh.nonce, proof);
  await verify(next[0], fresh.nonce);
  assert.equal((await verify(next[1], fresh.nonce)).json.complete, true);
  await at.kernel.seal();
  for (const key of keys) await put("unseal", { key }).catch(() => undefined);
  assert.equal(at.kernel.sealed, true, "the old ones open nothing");
  await put("unseal", { reset: true });
  for (const key of next.slice(0, 2)) await put("unseal", { key });
  assert.equal(at.kernel.sealed, false);
});
