/** `bulkhead/findings/` through the real kernel: digests in, places out, never a value nor a plain hash. (Over HTTP: test/cli/findings.test.ts.) */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fake } from "../../../test/support/fake.ts";
import { pluginApi } from "../../../test/support/plugin-api.ts";
import { kv } from "../kv/index.ts";
import { projects } from "../projects/index.ts";
import { A_MINUTE, BURST } from "./limit.ts";
import { findings } from "./index.ts";

const digest = (value: string): string => createHash("sha256").update(value).digest("hex");
const AT = "bulkhead/findings/lookup";

test("a stored value is recognised by its digest, with its owner", async (context) => {
  const api = await pluginApi(context, { engines: [kv, projects, findings] });
  await api.kernel.services.mounts.mount("secret", "secret/", { type: "kv-v2" });
  await api.call("POST", "bulkhead/projects/fraud", {
    manifest: {
      owner: "ml@example.com",
      environments: { dev: {} },
      secrets: { openai: { purpose: "scores" } },
      stages: { serve: { use: ["openai"] }, train: { use: [] }, answer: { use: ["openai"] } },
    },
  });
  const [known, unknown] = [fake("sk-", 40), fake("sk-", 40)];
  await api.call("POST", "secret/data/fraud/dev/openai", { data: { value: known } });
  const found = await api.call("POST", AT, { sha256: [digest(known).toUpperCase(), digest(unknown)] });
  assert.deepEqual(found.get("data.matches"), {
    [digest(known)]: [
      {
        project: "fraud",
        environment: "dev",
        secret: "openai",
        field: "value",
        path: "secret/fraud/dev/openai",
        version: 1,
        current: true,
        production: false,
        stages: ["answer", "serve"],
        owner: "ml@example.com",
        purpose: "scores",
      },
    ],
  });
  assert.ok(!found.text.includes(known));
  await api.call("POST", "secret/destroy/fraud/dev/openai", { versions: [1] });
  assert.deepEqual((await api.call("POST", AT, { sha256: [digest(known)] })).get("data.matches"), {});
});

test("bad digests, too many, none", async (context) => {
  const api = await pluginApi(context, { engines: [findings] });
  for (const sha256 of [["x"], ["0".repeat(63)], [`${"0".repeat(63)}g`], { a: 1 }])
    assert.equal((await api.call("POST", AT, { sha256 })).status, 400);
  assert.equal((await api.call("POST", AT, {})).status, 400);
  const many = (count: number): string[] => Array.from({ length: count }, (_, i) => digest(String(i)));
  assert.equal((await api.call("POST", AT, { sha256: many(1_000) })).status, 200);
  assert.equal((await api.call("POST", AT, { sha256: many(1_001) })).status, 400);
  assert.deepEqual((await api.call("POST", AT, { sha256: [] })).get("data.matches"), {});
});

test("a replaced value is superseded, and the one in use comes first", async (context) => {
  const api = await pluginApi(context, { engines: [kv, projects, findings] });
  await api.kernel.services.mounts.mount("secret", "secret/", { type: "kv-v2" });
  const [old, now] = [fake("sk-", 40), fake("sk-", 40)];
  for (const value of [old, now, old, now]) await api.call("POST", "secret/data/a", { data: { value } });
  await api.call("POST", "secret/data/z", { data: { value: old } });
  const found = await api.call("POST", AT, { sha256: [digest(old), digest(now)] });
  const states = (value: string): string[] =>
    (found.get(`data.matches.${digest(value)}`) as { path: string; version: number; current: boolean }[]).map(
      ({ path, version, current }) => `${path} ${version} ${current}`,
    );
  assert.deepEqual(states(old), ["secret/z 1 true", "secret/a 3 false", "secret/a 1 false"]);
  assert.deepEqual(states(now), ["secret/a 4 true", "secret/a 2 false"]);
});

test("only a policy lets ask, and a caller may ask for so many a minute, whatever its tokens", async (context) => {
  const api = await pluginApi(context, { engines: [findings] });
  const token = async (policies: readonly string[]): Promise<string> => {
    const minted = await api.kernel.services.tokens.issue(
      { policies, metadata: {}, displayName: "scanner", alias: { name: "ada", metadata: {} } },
      { path: "auth/approle/login", parent: null },
    );
    return minted.token?.revealText() ?? "";
  };
  await api.kernel.services.policies.put("scan", 'path "bulkhead/findings/*" { capabilities = ["update"] }');
  const [allowed, stranger] = [await token(["scan"]), await token(["default"])];
  let number = 0;
  const ask = async (count: number, as: string, at = AT) => {
    const sha256 = Array.from({ length: count }, () => digest(String(number++)));
    const body =
      at === AT ? { sha256 } : { source: "s", findings: sha256.map((hash) => row({ sha256: [hash] })) };
    return await api.call("POST", at, body, { token: as });
  };
  assert.equal((await ask(1, stranger)).status, 403);
  for (let left = BURST; left > 0; left -= 1_000) assert.equal((await ask(1_000, allowed)).status, 200);
  const refused = await ask(1, allowed);
  assert.deepEqual(
    [refused.status, refused.errors],
    [429, [`more digests than the ${BURST} that one caller may ask for at once`]],
  );
  assert.equal((await ask(1, allowed, "bulkhead/findings/record")).status, 429, "recording tells as much");
  assert.equal((await ask(1_000, api.root)).status, 200, "root reads the values anyway");
  api.clock.advance(60_000);
  assert.equal((await ask(A_MINUTE, allowed)).status, 200);
  assert.equal((await ask(1, allowed)).status, 429);
});

interface Row {
  [name: string]: unknown;
}
const place = (over: Row = {}): Row => ({
  path: "train.py",
  entry: "",
  line: 3,
  within: "",
  commit: "",
  author: "",
  date: "",
  ...over,
});
const row = (over: Row = {}): Row => ({
  sha256: [digest("x")],
  rule: "openai-api-key",
  title: "OpenAI API key",
  severity: "high",
  provider: "openai",
  kind: "model-api",
  opens: "cost abuse",
  preview: "sk-ab…",
  places: [place()],
  more_places: 0,
  ...over,
});

test("findings are kept once, with their places, when they were seen, and whose they are", async (context) => {
  const api = await pluginApi(context, { engines: [kv, findings] });
  await api.kernel.services.mounts.mount("secret", "secret/", { type: "kv-v2" });
  const value = fake("sk-", 40);
  await api.call("POST", "secret/data/openai", { data: { value } });
  const send = (source: string, ...rows: Row[]) =>
    api.call("POST", "bulkhead/findings/record", { source, findings: rows });
  const mine = { sha256: [digest(value)] };
  assert.deepEqual((await send("repo-a", row(mine), row())).get("data"), { new: 2, seen: 0 });
  api.clock.advance(60_000);
  assert.deepEqual((await send("repo-a", row(mine), row())).get("data"), { new: 0, seen: 2 });
  await send(
    "repo-b",
    row({ ...mine, places: [place({ path: "b.py", commit: "ab".repeat(20), author: "Ada" })] }),
  );
  const listed = await api.call("LIST", "bulkhead/findings/entries", undefined);
  const ids = listed.get("data.keys") as string[];
  assert.equal(ids.length, 2);
  const [id = ""] = ids.filter((one) => listed.get(`data.key_info.${one}.stored`) !== null);
  const entry = await api.call("GET", `bulkhead/findings/entries/${id}`);
  const at = (name: string): unknown => entry.get(`data.${name}`);
  assert.deepEqual(["status", "first_seen", "last_seen", "stored.path", "stored.current"].map(at), [
    "open",
    "2026-01-01T00:00:00.000Z",
    "2026-01-01T00:01:00.000Z",
    "secret/openai",
    true,
  ]);
  assert.deepEqual(
    (at("places") as Row[]).map((one) => `${one.source} ${one.path} ${one.author} ${one.first_seen}`).sort(),
    ["repo-a train.py  2026-01-01T00:00:00.000Z", "repo-b b.py Ada 2026-01-01T00:01:00.000Z"],
  );
  for (const query of [
    "?source=repo-b",
    "?source=repo-a&limit=1",
    "?project=x",
    "?severity=low",
    "?status=open&rule=openai-api-key",
  ]) {
    const some = await api.call("LIST", `bulkhead/findings/entries${query}`, undefined);
    const count = ((some.get("data.keys") ?? []) as string[]).length;
    assert.equal(
      count,
      { "?project=x": 0, "?severity=low": 0, "?status=open&rule=openai-api-key": 2 }[query] ?? 1,
      query,
    );
  }
  const page = await api.call("LIST", "bulkhead/findings/entries?limit=1", undefined);
  const next = await api.call(
    "LIST",
    `bulkhead/findings/entries?limit=1&after=${page.textAt("data.next")}`,
    undefined,
  );
  assert.deepEqual([page.get("data.keys"), next.get("data.keys")].flat(), ids);
  assert.equal(next.get("data.next"), "");
});

test("neither the store, its log nor an answer holds a digest of a found value", async (context) => {
  const api = await pluginApi(context, { engines: [findings] });
  const hash = digest(fake("", 8));
  await api.call("POST", "bulkhead/findings/record", { source: "s", findings: [row({ sha256: [hash] })] });
  await api.call("POST", AT, { sha256: [hash] });
  const listed = await api.call("LIST", "bulkhead/findings/entries", undefined);
  const files = globSync("**/*", { cwd: api.folder, withFileTypes: true }).filter((file) => file.isFile());
  const written = files
    .map((file) => readFileSync(join(file.parentPath, file.name)).toString("latin1"))
    .join("\n");
  const keys = (await api.rows("")).join("\n");
  assert.ok(written.includes("bulkhead/findings/record"), "the log was read");
  for (const text of [listed.text, written, keys]) {
    assert.ok(!text.includes(hash) && !text.includes(Buffer.from(hash, "hex").toString("latin1")));
    assert.ok(`${text}${hash}`.includes(hash), "the search itself works");
  }
});

test("a finding is closed and opened; seen again it opens only when it was said to be removed", async (context) => {
  const api = await pluginApi(context, { engines: [findings] });
  const send = () => api.call("POST", "bulkhead/findings/record", { source: "s", findings: [row()] });
  await send();
  const [id = ""] = (await api.call("LIST", "bulkhead/findings/entries", undefined)).get(
    "data.keys",
  ) as string[];
  const at = `bulkhead/findings/entries/${id}`;
  const status = async (): Promise<unknown> => (await api.call("GET", at)).get("data.status");
  for (const [resolution, after] of [
    ["rotated", "resolved"],
    ["revoked", "resolved"],
    ["accepted", "resolved"],
    ["false-positive", "resolved"],
    ["removed", "open"],
  ] as const) {
    const closed = await api.call("POST", `${at}/close`, { resolution, note: "done" });
    assert.deepEqual(
      ["status", "resolution", "note", "closed_by"].map((name) => closed.get(`data.${name}`)),
      ["resolved", resolution, "done", "root"],
    );
    await send();
    assert.equal(await status(), after, resolution);
    if (after === "resolved") await api.call("POST", `${at}/reopen`, {});
    assert.equal(await status(), "open");
  }
  assert.equal((await api.call("POST", `${at}/close`, { resolution: "whatever" })).status, 400);
  assert.equal((await api.call("POST", `${at}/close`, { resolution: "__proto__" })).status, 400);
  assert.equal(
    (await api.call("POST", `bulkhead/findings/entries/${"0".repeat(32)}/close`, { resolution: "rotated" }))
      .status,
    404,
  );
  assert.equal((await api.call("GET", "bulkhead/findings/entries/none")).status, 404);
});

test("what is no finding is refused", async (context) => {
  const api = await pluginApi(context, { engines: [findings] });
  const bad: readonly unknown[] = [
    "x",
    [row({ sha256: [] })],
    [row({ sha256: ["x"] })],
    [row({ value: "x" })],
    [row({ rule: "../x" })],
    [row({ severity: "bad" })],
    [row({ places: [place({ line: -1 })] })],
    [row({ places: [place({ commit: "x" })] })],
    [row({ title: "x".repeat(301) })],
    Array.from({ length: 1_001 }, () => row()),
  ];
  for (const given of bad)
    assert.equal(
      (await api.call("POST", "bulkhead/findings/record", { source: "s", findings: given })).status,
      400,
    );
  assert.equal(
    (await api.call("POST", "bulkhead/findings/record", { source: "s", findings: [row()] })).status,
    200,
  );
});
