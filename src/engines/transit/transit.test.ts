/** The transit engine through the real kernel: life of keys, several processes, hostile and huge input, where key material may stand. */
import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { type Answer, type PluginApi, pluginApi } from "../../../test/support/plugin-api.ts";
import { scale } from "../../../test/support/scale.ts";
import { transit } from "./index.ts";

async function open(context: TestContext): Promise<PluginApi> {
  const api = await pluginApi(context, { engines: [transit] });
  await api.kernel.services.mounts.mount("secret", "transit/", { type: "transit" });
  return api;
}

const b64 = (text: string): string => Buffer.from(text).toString("base64");
const HELLO = b64("hello");
const post = (api: PluginApi, path: string, body: object | string = {}): Promise<Answer> =>
  api.call("POST", `transit/${path}`, body);
const encrypt = async (api: PluginApi, name: string, more: object = {}): Promise<string> =>
  (await post(api, `encrypt/${name}`, { plaintext: HELLO, ...more })).textAt("data.ciphertext");

test("a key lives: made, rotated, restricted, trimmed, deleted, and its name used again", async (context) => {
  const api = await open(context);
  const first = await encrypt(api, "a");
  await post(api, "keys/a/rotate");
  const second = await encrypt(api, "a");
  assert.match(second, /^vault:v2:/);
  assert.equal((await post(api, "decrypt/a", { ciphertext: first })).get("data.plaintext"), HELLO);
  await post(api, "keys/a/config", { min_decryption_version: 2, min_encryption_version: 2 });
  assert.equal((await post(api, "decrypt/a", { ciphertext: first })).status, 400);
  const material = (await api.rows("logical/")).filter((key) => key.includes("/material/"));
  assert.equal(material.length, 2);
  await post(api, "keys/a/trim", { min_available_version: 2 });
  assert.equal((await api.rows("logical/")).filter((key) => key.includes("/material/")).length, 1);
  assert.equal((await post(api, "decrypt/a", { ciphertext: second })).status, 200);
  assert.equal((await api.call("DELETE", "transit/keys/a")).status, 400);
  await post(api, "keys/a/config", { deletion_allowed: true });
  assert.equal((await api.call("DELETE", "transit/keys/a")).status, 204);
  assert.deepEqual(
    (await api.rows("logical/")).filter((key) => /\/(material|key|auto)\//.test(key)),
    [],
  );
  await post(api, "keys/a");
  await post(api, "keys/a/rotate");
  const answer = await post(api, "decrypt/a", { ciphertext: second });
  assert.deepEqual(answer.errors, ["cipher: message authentication failed"]);
});

test("rotations while two processes encrypt: every ciphertext can be read, versions only grow", async (context) => {
  const api = await open(context);
  const other = await api.another();
  await post(api, "keys/a");
  const rounds = scale(8, 60);
  const made = await Promise.all(
    Array.from({ length: rounds * 4 }, async (_, index) => {
      const side = index % 2 === 0 ? api : other;
      if (index % 4 === 3) await post(side, "keys/a/rotate");
      return await encrypt(side, "a");
    }),
  );
  const latest = (await api.call("GET", "transit/keys/a")).get("data.latest_version");
  assert.equal(latest, rounds + 1);
  for (const [index, ciphertext] of made.entries()) {
    const answer = await post(index % 2 === 0 ? other : api, "decrypt/a", { ciphertext });
    assert.equal(answer.get("data.plaintext"), HELLO);
  }
  assert.match(await encrypt(other, "a"), new RegExp(`^vault:v${rounds + 1}:`));
});

test("of many requests that make a key at once, one makes it", async (context) => {
  const api = await open(context);
  const other = await api.another();
  const made = await Promise.all(
    Array.from({ length: 10 }, (_, i) => encrypt(i % 2 === 0 ? api : other, "a")),
  );
  for (const ciphertext of made)
    assert.equal((await post(api, "decrypt/a", { ciphertext })).get("data.plaintext"), HELLO);
  assert.equal((await api.call("GET", "transit/keys/a")).get("data.latest_version"), 1);
});

test("what one process restricts or deletes, another refuses at once", async (context) => {
  const api = await open(context);
  const other = await api.another();
  const old = await encrypt(api, "a");
  assert.equal((await post(other, "decrypt/a", { ciphertext: old })).status, 200);
  await post(api, "keys/a/rotate");
  await post(api, "keys/a/config", { min_decryption_version: 2, deletion_allowed: true });
  assert.equal((await post(other, "decrypt/a", { ciphertext: old })).status, 400);
  await api.call("DELETE", "transit/keys/a");
  assert.deepEqual((await post(other, "decrypt/a", { ciphertext: old })).errors, [
    "encryption key not found",
  ]);
});

test("versions trimmed and keys deleted under those who use them: a refusal, never a failure", async (context) => {
  const api = await open(context);
  const other = await api.another();
  for (let round = 0; round < scale(3, 30); round++) {
    const name = `k${round}`;
    const ciphertext = await encrypt(api, name);
    await post(api, `keys/${name}/rotate`);
    const ask = (): Promise<Answer>[] =>
      [api, other].map((side) => post(side, `decrypt/${name}`, { ciphertext }));
    const answers = await Promise.all([
      ...ask(),
      post(api, `keys/${name}/config`, { min_decryption_version: 2, min_encryption_version: 2 }),
      ...ask(),
      post(other, `keys/${name}/trim`, { min_available_version: 2 }),
      ...ask(),
      post(other, `keys/${name}/config`, { deletion_allowed: true }),
      ...ask(),
      api.call("DELETE", `transit/keys/${name}`),
      ...ask(),
    ]);
    for (const { status, text } of answers) assert.ok([200, 204, 400].includes(status), text);
    assert.equal((await post(other, `decrypt/${name}`, { ciphertext })).status, 400);
  }
});

test("keys rotate by themselves once they are due, once over all processes", async (context) => {
  const api = await open(context);
  const other = await api.another();
  await post(api, "keys/a", { auto_rotate_period: "24h" });
  await post(api, "keys/b");
  const latest = async (name: string): Promise<unknown> =>
    (await api.call("GET", `transit/keys/${name}`)).get("data.latest_version");
  const tidy = (): Promise<unknown> => Promise.all([api.kernel.tidy(), other.kernel.tidy()]);
  await tidy();
  assert.equal(await latest("a"), 1);
  api.clock.advance(24 * 3_600_000);
  await tidy();
  await tidy();
  assert.deepEqual([await latest("a"), await latest("b")], [2, 1]);
  await post(api, "keys/a/config", { auto_rotate_period: 0 });
  api.clock.advance(48 * 3_600_000);
  await tidy();
  assert.equal(await latest("a"), 2);
});

test("encrypting makes a key only for who may create it", async (context) => {
  const api = await open(context);
  await api.kernel.services.policies.put(
    "use",
    'path "transit/encrypt/*" { capabilities = ["update"] } path "transit/encrypt/own" { capabilities = ["create","update"] }',
  );
  const issued = await api.kernel.services.tokens.issue(
    { policies: ["use"], metadata: {}, displayName: "t" },
    { path: "auth/token/create", parent: null },
  );
  const token = issued.token?.revealText() ?? "";
  const ask = (name: string): Promise<Answer> =>
    api.call("POST", `transit/encrypt/${name}`, { plaintext: HELLO }, { token });
  assert.equal((await ask("new")).status, 403);
  assert.equal((await ask("own")).status, 200);
  await post(api, "keys/new");
  assert.equal((await ask("new")).status, 200);
  assert.equal(
    (await api.call("GET", "transit/export/encryption-key/own", undefined, { token })).status,
    403,
  );
});

test("key material and plaintexts stand neither in the store's file nor in the audit log", async (context) => {
  const api = await open(context);
  await post(api, "keys/a", { exportable: true });
  const plaintext = b64("a text that must not be found anywhere");
  const ciphertext = await encrypt(api, "a", { plaintext, batch_input: null });
  assert.equal((await post(api, "decrypt/a", { ciphertext })).get("data.plaintext"), plaintext);
  await post(api, "decrypt/a", { batch_input: [{ ciphertext }, { ciphertext }] });
  const key = (await api.call("GET", "transit/export/encryption-key/a")).get("data.keys") as Record<
    string,
    string
  >;
  const data = await post(api, "datakey/plaintext/a");
  const secrets = [key["1"] ?? "", data.textAt("data.plaintext"), plaintext].flatMap((text) => [
    Buffer.from(text),
    Buffer.from(text, "base64"),
  ]);
  const files = readdirSync(api.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
  assert.ok(
    files.some((bytes) => bytes.includes("transit/encrypt/a")),
    "the control is found",
  );
  for (const secret of secrets)
    assert.ok(secret.length >= 30 && !files.some((bytes) => bytes.includes(secret)));
});

test("a seal forgets the keys, and an unseal brings them back", async (context) => {
  const api = await open(context);
  const ciphertext = await encrypt(api, "a");
  await api.kernel.services.seal.seal();
  assert.equal((await post(api, "decrypt/a", { ciphertext })).status, 503);
});

test("hostile names, bodies and batches are clear refusals", async (context) => {
  const api = await open(context);
  await post(api, "keys/a");
  for (const name of ["-a", "a-", ".", "a%2fb", "a".repeat(300), "ключ", "a b", "__proto__/x"])
    assert.ok([400, 404].includes((await post(api, `keys/${name}`)).status), name);
  for (const name of ["__proto__", "constructor", "toString"]) {
    assert.equal((await api.call("GET", `transit/keys/${name}`)).status, 404);
    assert.equal((await post(api, `keys/${name}`)).status, 200);
    assert.equal((await post(api, `keys/b`, { type: name })).status, 400);
    assert.equal((await post(api, `sign/a/${name}`, { input: HELLO })).status, 400);
    assert.equal((await post(api, `hash/${name}`, { input: HELLO })).status, 400);
    assert.equal((await post(api, "hash", { input: HELLO, format: name })).status, 400);
    assert.equal((await api.call("GET", `transit/export/${name}/a`)).status, 400);
  }
  const refusals: [string, object | string, RegExp][] = [
    ["encrypt/a", { plaintext: { a: 1 } }, /expected a string/],
    ["encrypt/a", { plaintext: "=" }, /illegal base64 data at input byte 0/],
    ["encrypt/a", { plaintext: "YWJj=" }, /illegal base64 data at input byte 4/],
    ["encrypt/a", { plaintext: "YQ==YQ==" }, /illegal base64 data at input byte 4/],
    ["encrypt/a", { plaintext: HELLO, key_version: 1e15 }, /key_version/],
    ["encrypt/a", { plaintext: HELLO, key_version: 1.5 }, /key_version/],
    ["decrypt/a", { ciphertext: `vault:v${"9".repeat(400)}:AAAA` }, /version number could not be decoded/],
    ["decrypt/a", { ciphertext: "vault:v1:A" }, /could not decode base64/],
    ["decrypt/a", { ciphertext: `vault:v1:${"A".repeat(36)}` }, /authentication failed/],
    ["encrypt/a", `{"batch_input":[${"1,".repeat(300_000)}1]}`, /values in one batch/],
    ["encrypt/a", `{"batch_input":${"[".repeat(200)}${"]".repeat(200)}}`, /\[0\] expected an object/],
    ["sign/a", { input: HELLO }, /does not support signing/],
    ["random/99999999999", {}, /byte count/],
  ];
  for (const [path, body, text] of refusals) {
    const answer = await post(api, path, body);
    assert.equal(answer.status, 400, path);
    assert.match(answer.errors.join(" "), text);
  }
});

test("a large text and a large batch go through, and others are served meanwhile", async (context) => {
  const api = await open(context);
  await post(api, "keys/a");
  const plaintext = Buffer.alloc(8 * 1024 * 1024, 7).toString("base64");
  const ciphertext = await encrypt(api, "a", { plaintext });
  const back = await post(api, "decrypt/a", { ciphertext });
  assert.ok(back.textAt("data.plaintext") === plaintext);
  const order: string[] = [];
  const count = 5_000;
  const batch_input = Array.from({ length: count }, (_, i) => ({
    plaintext: b64(String(i)),
    reference: `r${i}`,
  }));
  const [whole] = await Promise.all([
    post(api, "encrypt/a", { batch_input }).then((answer) => {
      order.push("batch");
      return answer;
    }),
    encrypt(api, "a").then(() => order.push("one")),
  ]);
  assert.deepEqual(order, ["one", "batch"]);
  const results = whole.get("data.batch_results") as { ciphertext: string; reference: string }[];
  assert.equal(results.length, count);
  assert.equal(new Set(results.map((one) => one.ciphertext)).size, count);
  const opened = await post(api, "decrypt/a", { batch_input: results });
  const texts = opened.get("data.batch_results") as { plaintext: string; reference: string }[];
  assert.ok(texts.every((one, i) => one.plaintext === b64(String(i)) && one.reference === `r${i}`));
});

test("a derived key binds to its context, whatever its length; convergent texts differ by what is bound to them", async (context) => {
  const api = await open(context);
  await post(api, "keys/d", { derived: true, convergent_encryption: true });
  const long = b64("tenant".repeat(1_000));
  const ciphertext = await encrypt(api, "d", { context: long });
  assert.equal(ciphertext, await encrypt(api, "d", { context: long }));
  assert.equal((await post(api, "decrypt/d", { ciphertext, context: long })).get("data.plaintext"), HELLO);
  assert.equal((await post(api, "decrypt/d", { ciphertext, context: b64("tenant") })).status, 400);
  const nonceOf = (text: string): string =>
    Buffer.from(text.split(":")[2] ?? "", "base64").toString("hex", 0, 12);
  const bound = await encrypt(api, "d", { context: long, associated_data: b64("x") });
  assert.notEqual(nonceOf(bound), nonceOf(ciphertext));
  assert.notEqual(
    nonceOf(await encrypt(api, "d", { context: long, plaintext: b64("hellp") })),
    nonceOf(ciphertext),
  );
  assert.notEqual(nonceOf(await encrypt(api, "d", { context: b64("t") })), nonceOf(ciphertext));
});

test("a derived Ed25519 key signs for each context with another key", async (context) => {
  const api = await open(context);
  await post(api, "keys/e", { type: "ed25519", derived: true });
  const made = await post(api, "sign/e", { input: HELLO, context: b64("one") });
  const raw = Buffer.from(made.textAt("data.public_key"), "base64");
  const key = createPublicKey({
    key: { kty: "OKP", crv: "Ed25519", x: raw.toString("base64url") },
    format: "jwk",
  });
  const signature = Buffer.from(made.textAt("data.signature").split(":")[2] ?? "", "base64");
  assert.ok(verify(null, Buffer.from("hello"), key, signature));
  const read = await api.call("GET", `transit/keys/e?context=${encodeURIComponent(b64("one"))}`);
  assert.equal(read.get("data.keys.1.public_key"), made.get("data.public_key"));
  assert.notEqual(
    (await post(api, "sign/e", { input: HELLO, context: b64("two") })).get("data.public_key"),
    made.get("data.public_key"),
  );
});

test("rewrap moves to the latest version and keeps what is bound", async (context) => {
  const api = await open(context);
  const associated_data = b64("row 7");
  await post(api, "keys/a");
  const ciphertext = await encrypt(api, "a", { associated_data });
  await post(api, "keys/a/rotate");
  assert.equal((await post(api, "rewrap/a", { ciphertext })).status, 400);
  const moved = (await post(api, "rewrap/a", { ciphertext, associated_data })).textAt("data.ciphertext");
  assert.match(moved, /^vault:v2:/);
  const back = await post(api, "decrypt/a", { ciphertext: moved, associated_data });
  assert.equal(back.get("data.plaintext"), HELLO);
});

test("every flipped byte of a ciphertext, signature and HMAC is noticed", async (context) => {
  const api = await open(context);
  await post(api, "keys/p", { type: "ecdsa-p256" });
  const flip = (text: string, byte: number): string => {
    const bytes = Buffer.from(text.split(":")[2] ?? "", "base64");
    bytes[byte % bytes.length] = (bytes[byte % bytes.length] ?? 0) ^ 1;
    return `vault:v1:${bytes.toString("base64")}`;
  };
  const ciphertext = await encrypt(api, "a");
  const hmac = (await post(api, "hmac/a", { input: HELLO })).textAt("data.hmac");
  const signature = (await post(api, "sign/p", { input: HELLO })).textAt("data.signature");
  assert.equal((await post(api, "verify/p", { input: HELLO, signature })).get("data.valid"), true, "control");
  for (let byte = 0; byte < 72; byte += scale(5, 1)) {
    assert.equal((await post(api, "decrypt/a", { ciphertext: flip(ciphertext, byte) })).status, 400);
    const checked = await post(api, "verify/a", { input: HELLO, hmac: flip(hmac, byte) });
    assert.equal(checked.get("data.valid"), false);
    const signed = await post(api, "verify/p", { input: HELLO, signature: flip(signature, byte) });
    assert.notEqual(signed.get("data.valid"), true);
  }
});
