/** Retired secrets: refused with the reason, brought back, destroyed when their time is over, and only then. */
import assert from "node:assert/strict";
import test from "node:test";
import { fake } from "../../../test/support/fake.ts";
import { openTestKernel } from "../../../test/support/kernel.ts";

const DAY = 86_400_000;

test("a retired secret is refused with the reason until it is undone, then destroyed", async (context) => {
  const at = await openTestKernel();
  context.after(() => at.close());
  await at.call("POST", "sys/mounts/secret", { body: { type: "kv", options: { version: "2" } } });
  const [one, two] = [fake("", 20), fake("", 20)];
  const put = (value: string, path = "fraud/prod/old") =>
    at.call("POST", `secret/data/${path}`, { body: { data: { value } } });
  const read = (path = "fraud/prod/old") => at.call("GET", `secret/data/${path}`);
  const retire = (body: object, path = "fraud/prod/old") =>
    at.call("POST", `secret/retire/${path}`, { body });
  await put(one);
  await put(two);
  await put(one, "fraud/dev/other");
  assert.equal((await retire({}, "fraud/prod/none")).status, 404);
  assert.equal((await retire({ reason: "a\nb" })).status, 400);

  assert.equal((await retire({ after: "10d", reason: "nobody uses it" })).status, 200);
  for (const answer of [
    await read(),
    await at.call("GET", "secret/data/fraud/prod/old", { query: { version: "1" } }),
    await at.call("GET", "secret/subkeys/fraud/prod/old"),
    await put(fake("", 20)),
    await at.call("PATCH", "secret/data/fraud/prod/old", {
      body: { data: { value: "x" } },
      headers: { "content-type": "application/merge-patch+json" },
    }),
  ]) {
    assert.equal(answer.status, 403);
    assert.match(answer.text, /was retired on .* by .*\(nobody uses it\); it is destroyed on /);
    assert.equal(answer.headers["x-bulkhead-code"], "kv.retired");
  }
  assert.equal((await read("fraud/dev/other")).status, 200, "another secret");
  const metadata = await at.call("GET", "secret/metadata/fraud/prod/old");
  assert.equal(String(metadata.json.data?.retired?.reason), "nobody uses it");

  assert.equal((await at.call("POST", "secret/unretire/fraud/prod/old")).status, 200);
  assert.equal(String((await read()).json.data?.data?.value), two);
  at.clock.advance(20 * DAY);
  await at.kernel.tidy();
  assert.equal((await read()).status, 200, "what was undone is not destroyed");

  await retire({ after: "10d" });
  at.clock.advance(10 * DAY - 1);
  await at.kernel.tidy();
  const waiting = await at.call("GET", "secret/metadata/fraud/prod/old");
  assert.equal(JSON.stringify(waiting.json.data?.versions).includes('"destroyed":true'), false);
  at.clock.advance(1);
  await at.kernel.tidy();
  const after = await at.call("GET", "secret/metadata/fraud/prod/old");
  assert.equal(JSON.stringify(after.json.data?.versions).includes('"destroyed":false'), false);
  assert.match((await read()).text, /it was destroyed/);
  assert.equal((await at.call("POST", "secret/unretire/fraud/prod/old")).status, 403, "too late");
  assert.equal((await retire({})).status, 403);
  assert.equal((await put(one, "fraud/dev/reused")).status, 200);
  assert.equal(
    (await at.call("DELETE", "secret/metadata/fraud/prod/old")).status,
    204,
    "its name can be given again",
  );
  assert.equal((await put(two)).status, 200);
  await at.kernel.tidy();
  assert.equal((await read()).status, 200);
});
