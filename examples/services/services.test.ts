import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { fake } from "../../test/support/fake.ts";
import { scale } from "../../test/support/scale.ts";
import { countStolen, startServices } from "./index.ts";
import { parseCollection } from "./sink.ts";

const auth = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });

test("each vendor serves its own key alone and refuses in its own words", async () => {
  const keys = new Map([
    ["OPENAI_API_KEY", fake("sk-proj-", 40)],
    ["HF_TOKEN", fake("hf_", 34)],
    ["WANDB_API_KEY", fake("", 40, "hex")],
    ["FEATURES_TOKEN", fake("feat_", 40)],
  ]);
  const services = await startServices({ keys });
  try {
    const openai = keys.get("OPENAI_API_KEY") ?? "";
    const ask = async (key: string, body: unknown): Promise<Response> =>
      await fetch(`${services.urls.openai}/chat/completions`, {
        method: "POST",
        headers: auth(key),
        body: JSON.stringify(body),
      });
    const question = { model: "gpt-5-mini", messages: [{ role: "user", content: "Payment T0399: why?" }] };
    const first = await (await ask(openai, question)).text();
    assert.match(first, /T0399 stands out/);
    assert.equal(first, await (await ask(openai, question)).text(), "the answer is deterministic");
    assert.equal((await ask(openai, { model: "gpt-9", messages: question.messages })).status, 404);
    assert.equal((await ask(openai, "not an object")).status, 400);

    const refused = await ask(keys.get("HF_TOKEN") ?? "", question);
    assert.equal(refused.status, 401);
    const error = (await refused.json()) as { error: { code: string; type: string } };
    assert.deepEqual([error.error.code, error.error.type], ["invalid_api_key", "invalid_request_error"]);

    for (const [url, name] of [
      [`${services.urls.huggingface}/api/whoami-v2`, "HF_TOKEN"],
      [`${services.urls.features}/transactions.csv`, "FEATURES_TOKEN"],
      [`${services.urls.openai}/models`, "OPENAI_API_KEY"],
    ] as const) {
      assert.equal((await fetch(url, { headers: auth(keys.get(name) ?? "") })).status, 200, name);
      assert.equal((await fetch(url, { headers: auth(fake("x", 30)) })).status, 401, name);
      assert.equal((await fetch(url)).status, 401, name);
    }
    const basic = Buffer.from(`api:${keys.get("WANDB_API_KEY") ?? ""}`).toString("base64");
    const push = async (authorization: string): Promise<number> =>
      (
        await fetch(`${services.urls.wandb}/files/acme/fraud/run1/file_stream`, {
          method: "POST",
          headers: { authorization },
          body: "{}",
        })
      ).status;
    assert.equal(await push(`Basic ${basic}`), 200);
    assert.equal(await push("Basic !!!"), 401);

    const fresh = fake("sk-proj-", 40);
    services.accept("openai", fresh);
    services.revoke("openai", openai);
    assert.equal((await ask(openai, question)).status, 401, "a revoked key is dead");
    assert.equal((await ask(fresh, question)).status, 200);
    assert.ok(services.requests.some(({ service, status }) => service === "openai" && status === 401));
    const log = JSON.stringify(services.requests);
    assert.deepEqual(countStolen(Buffer.from(log), keys), [], "the request log holds no key");
  } finally {
    await services.stop();
  }
});

test("the sink keeps the raw bytes, whatever they are", async () => {
  const services = await startServices({ keys: new Map() });
  try {
    const post = async (body: string): Promise<number> =>
      (await fetch(services.sinkUrl, { method: "POST", body })).status;
    assert.equal(
      await post('--- head "s.py" 35\n{"stage":"s.py","tried":{"home":3}}\n--- home "/a b" 3\nxyz\n'),
      200,
    );
    assert.equal(await post("--- home not json 9999999\nrest"), 200);
    assert.equal(await post("x".repeat(5 * 1024 * 1024)), 413);
    const [good, bad] = services.sink.collections();
    assert.equal(good?.stage, "s.py");
    assert.deepEqual(good?.tried, { home: 3 });
    assert.deepEqual(
      good?.pieces.map(({ kind, name, bytes }) => [kind, name, bytes.toString()]),
      [["home", "/a b", "xyz"]],
    );
    assert.deepEqual(bad?.pieces, []);
    assert.ok(services.sink.bytes().includes("9999999\nrest"));
    services.sink.reset();
    assert.equal(services.sink.bytes().length, 0);
  } finally {
    await services.stop();
  }
});

test("taking a hostile body apart never throws", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 0, max: 1e9 }), (noise, length) => {
      const body = Buffer.concat([Buffer.from(`--- head "x" ${length}\n`), Buffer.from(noise)]);
      assert.ok(Array.isArray(parseCollection(body).pieces));
    }),
    { numRuns: scale(60, 2000) },
  );
});

test("stolen values are counted in every encoding, and only those", () => {
  const secrets = new Map([
    ["TAKEN", fake("sk-", 40, "base64")],
    ["ODD", `p"w\\d\n${fake("", 20)}/é`],
    ["SAFE", fake("sk-", 40, "base64")],
  ]);
  const value = secrets.get("TAKEN") ?? "";
  const odd = secrets.get("ODD") ?? "";
  const noise = Buffer.from(fake("", 3000));
  assert.deepEqual(countStolen(noise, secrets), [], "nothing is found where nothing is");
  const hidden: Record<string, string> = {
    raw: value,
    hex: Buffer.from(value).toString("hex"),
    upperHex: Buffer.from(value).toString("hex").toUpperCase(),
    uri: encodeURIComponent(value),
  };
  for (let before = 0; before < 6; before++) {
    const text = Buffer.from(`${"a".repeat(before)}${value}${"z".repeat(before % 4)}`);
    hidden[`base64 at ${before}`] = text.toString("base64");
    hidden[`base64url at ${before}`] = text.toString("base64url");
  }
  for (const [form, text] of Object.entries(hidden))
    assert.deepEqual(countStolen(Buffer.concat([noise, Buffer.from(text), noise]), secrets), ["TAKEN"], form);
  assert.deepEqual(countStolen(Buffer.from(JSON.stringify({ a: [odd] })), secrets), ["ODD"]);
  assert.deepEqual(countStolen(Buffer.from(JSON.stringify(value).replaceAll("/", "\\/")), secrets), [
    "TAKEN",
  ]);
  assert.deepEqual(countStolen(Buffer.from(value.slice(1)), secrets), [], "a piece is not the value");
  assert.throws(() => countStolen(noise, new Map([["SHORT", "abc"]])), RangeError);
});
