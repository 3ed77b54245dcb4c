/** The kv engine through the real kernel: answers as Vault's clients read them, hostile input, check-and-set over processes. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import test, { type TestContext } from "node:test";
import { fake } from "../../../test/support/fake.ts";
import { type PluginApi, pluginApi } from "../../../test/support/plugin-api.ts";
import { projects } from "../projects/index.ts";
import { kv } from "./index.ts";

async function open(context: TestContext): Promise<PluginApi> {
  const api = await pluginApi(context, { engines: [kv] });
  await api.kernel.services.mounts.mount("secret", "secret/", { type: "kv-v2" });
  return api;
}

const START = "2026-01-01T00:00:00.000Z";

test("a version is written and read; its bytes come back as they came", async (context) => {
  const api = await open(context);
  const value = `{"big":12345678901234567890.10,"e":1e400,"text":"a\\u00e9\\n","list":[1, {"x": null}],"__proto__":{"y":"own"}}`;
  const written = await api.call("POST", "secret/data/app/db", `{"data":${value},"options":{}}`);
  const metadata = {
    created_time: START,
    custom_metadata: null,
    deletion_time: "",
    destroyed: false,
    version: 1,
  };
  assert.deepEqual(written.get("data"), metadata);
  const read = await api.call("GET", "secret/data/app/db");
  assert.equal(read.status, 200);
  assert.deepEqual(read.get("data.metadata"), metadata);
  assert.ok(read.text.includes(`"data":${value.replaceAll(": ", ":").replaceAll(", ", ",")}`), read.text);
  assert.equal((await api.call("GET", "secret/data/none")).text, '{"errors":[]}');
  assert.equal((await api.call("GET", "secret/data/app/db?version=9")).status, 404);
});

test("of equal member names the last is kept, at every depth", async (context) => {
  const api = await open(context);
  await api.call("POST", "secret/data/a", '{"data":{"a":"first1","o":{"k":"first2","k":"last"},"a":"last"}}');
  const read = await api.call("GET", "secret/data/a");
  assert.ok(!read.text.includes("first"));
  assert.deepEqual(read.get("data.data"), { a: "last", o: { k: "last" } });
});

test("check-and-set", async (context) => {
  const api = await open(context);
  const put = (options: object): Promise<{ status: number; errors: readonly string[] }> =>
    api.call("POST", "secret/data/a", { data: { x: "1" }, options });
  const mismatch = ["check-and-set parameter did not match the current version"];
  assert.deepEqual((await put({ cas: 1 })).errors, mismatch);
  assert.equal((await put({ cas: 0 })).status, 200);
  assert.deepEqual((await put({ cas: 0 })).errors, mismatch);
  assert.deepEqual((await put({ cas: -1 })).errors, mismatch);
  assert.equal((await put({ cas: "1" })).status, 200);
  assert.deepEqual((await put({ cas: "x" })).errors, ["error parsing check-and-set parameter"]);
  assert.deepEqual((await put({ cas: 1.5 })).errors, ["error parsing check-and-set parameter"]);
  await api.call("POST", "secret/config", { cas_required: true });
  const required = ["check-and-set parameter required for this call"];
  assert.deepEqual((await put({})).errors, required);
  assert.deepEqual((await api.call("PATCH", "secret/data/a", { data: { y: "1" } })).errors, required);
  assert.equal((await put({ cas: 2 })).status, 200);
});

test("one of many writers with the same check-and-set wins, over two processes", async (context) => {
  const api = await open(context);
  const second = await api.another();
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      (index % 2 === 0 ? api : second).call("POST", "secret/data/race", {
        data: { writer: `writer-${index}` },
        options: { cas: 0 },
      }),
    ),
  );
  assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  assert.equal(answers.filter(({ status }) => status === 400).length, 11);
  await Promise.all(
    [api, second, api, second].map((one) => one.call("POST", "secret/data/race", { data: {} })),
  );
  assert.equal((await second.call("GET", "secret/metadata/race")).get("data.current_version"), 5);
});

test("merge patch: null removes, the rest merges, only a live version can be patched", async (context) => {
  const api = await open(context);
  const patch = (data: object, options?: object) =>
    api.call("PATCH", "secret/data/a", { data, ...(options && { options }) });
  assert.equal((await patch({ x: 1 })).text, '{"errors":[]}');
  await api.call("POST", "secret/data/a", { data: { keep: "1", drop: "2", deep: { a: 1, b: 2 } } });
  assert.equal((await patch({ drop: null, deep: { b: null, c: 3 }, more: [1] })).get("data.version"), 2);
  assert.deepEqual((await api.call("GET", "secret/data/a")).get("data.data"), {
    keep: "1",
    deep: { a: 1, c: 3 },
    more: [1],
  });
  assert.equal((await patch({ x: 1 }, { cas: 1 })).status, 400);
  assert.equal((await patch({ x: 1 }, { cas: 2 })).status, 200);
  assert.deepEqual((await api.call("PATCH", "secret/data/a", {})).errors, ["no data provided"]);
  await api.call("DELETE", "secret/data/a");
  const gone = await patch({ x: 2 });
  assert.deepEqual([gone.status, gone.get("data.version"), gone.get("data.deletion_time")], [404, 3, START]);
});

test("deleted, undeleted, destroyed", async (context) => {
  const api = await open(context);
  for (const n of [1, 2, 3]) await api.call("POST", "secret/data/a", { data: { n } });
  assert.equal((await api.call("DELETE", "secret/data/a")).status, 204);
  const gone = await api.call("GET", "secret/data/a");
  assert.equal(gone.status, 404);
  assert.deepEqual(gone.get("data"), {
    data: null,
    metadata: {
      created_time: START,
      custom_metadata: null,
      deletion_time: START,
      destroyed: false,
      version: 3,
    },
  });
  assert.deepEqual(gone.get("warnings"), null);
  assert.equal((await api.call("POST", "secret/undelete/a", { versions: [3, 99] })).status, 204);
  assert.deepEqual((await api.call("GET", "secret/data/a")).get("data.data"), { n: 3 });
  for (const versions of [[1], ["1"], "1", 1])
    assert.equal((await api.call("POST", "secret/delete/a", { versions })).status, 204);
  assert.equal((await api.call("GET", "secret/data/a?version=1")).status, 404);
  assert.equal((await api.call("POST", "secret/destroy/a", { versions: [1, 2] })).status, 204);
  await api.call("POST", "secret/undelete/a", { versions: [1, 2] });
  const destroyed = await api.call("GET", "secret/data/a?version=2");
  assert.deepEqual([destroyed.status, destroyed.get("data.metadata.destroyed")], [404, true]);
  for (const verb of ["delete", "undelete", "destroy"]) {
    assert.deepEqual((await api.call("POST", `secret/${verb}/a`, {})).errors, ["no version number provided"]);
    assert.equal((await api.call("POST", `secret/${verb}/a`, { versions: ["x"] })).status, 400);
    assert.equal((await api.call("POST", `secret/${verb}/none`, { versions: [1] })).status, 204);
  }
});

test("the mount's and the secret's bounds on versions, and the time versions live", async (context) => {
  const api = await open(context);
  assert.deepEqual((await api.call("GET", "secret/config")).get("data"), {
    cas_required: false,
    delete_version_after: "0s",
    max_versions: 0,
  });
  for (let n = 1; n <= 12; n++) await api.call("POST", "secret/data/ten", { data: { n } });
  const ten = await api.call("GET", "secret/metadata/ten");
  assert.deepEqual([ten.get("data.oldest_version"), ten.get("data.current_version")], [3, 12]);
  assert.equal(Object.keys(ten.get("data.versions") as object).length, 10);
  assert.equal((await api.call("GET", "secret/data/ten?version=2")).status, 404);
  await api.call("POST", "secret/config", { max_versions: 4, delete_version_after: "3h25m19s" });
  await api.call("POST", "secret/metadata/ten", { max_versions: 2, delete_version_after: "1h" });
  await api.call("POST", "secret/data/ten", { data: {} });
  await api.call("POST", "secret/data/four", { data: { n: 4 } });
  assert.deepEqual(
    Object.keys((await api.call("GET", "secret/metadata/ten")).get("data.versions") as object),
    ["12", "13"],
  );
  assert.equal((await api.call("GET", "secret/config")).get("data.delete_version_after"), "3h25m19s");
  const four = await api.call("GET", "secret/data/four");
  assert.equal(four.get("data.metadata.deletion_time"), "2026-01-01T03:25:19.000Z");
  api.clock.advance(3_600_000);
  assert.equal((await api.call("GET", "secret/data/ten")).status, 404);
  assert.equal((await api.call("GET", "secret/data/four")).status, 200);
  await api.call("POST", "secret/undelete/ten", { versions: [13] });
  assert.equal(
    (await api.call("GET", "secret/data/ten")).get("data.metadata.deletion_time"),
    "2026-01-01T02:00:00.000Z",
  );
  await api.call("POST", "secret/config", { delete_version_after: "-1s" });
  assert.equal((await api.call("GET", "secret/config")).get("data.delete_version_after"), "0s");
  for (const bad of [
    { max_versions: -1 },
    { max_versions: "x" },
    { delete_version_after: "abc" },
    { cas_required: 3 },
  ])
    assert.equal((await api.call("POST", "secret/config", bad)).status, 400, JSON.stringify(bad));
  assert.equal((await api.call("POST", "secret/metadata/ten", { delete_version_after: "-1s" })).status, 400);
});

test("metadata: settings, custom metadata and its limits, patch, removal of all", async (context) => {
  const api = await open(context);
  const post = (body: object) => api.call("POST", "secret/metadata/a", body);
  const custom = async (): Promise<unknown> =>
    (await api.call("GET", "secret/metadata/a")).get("data.custom_metadata");
  assert.equal((await post({})).status, 204);
  assert.equal(
    (await api.call("GET", "secret/metadata/a")).status,
    404,
    "nothing was said, nothing was made",
  );
  assert.equal((await post({ cas_required: true, custom_metadata: { owner: "ml", n: 5 } })).status, 204);
  assert.deepEqual((await api.call("GET", "secret/metadata/a")).get("data"), {
    cas_required: true,
    created_time: START,
    current_version: 0,
    custom_metadata: { owner: "ml", n: "5" },
    delete_version_after: "0s",
    max_versions: 0,
    oldest_version: 0,
    updated_time: START,
    versions: {},
  });
  assert.equal((await api.call("GET", "secret/data/a")).status, 404);
  const limits: [object, RegExp][] = [
    [
      Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`k${i}`, "v"])),
      /at most 64 keys, provided 65/,
    ],
    [{ ["k".repeat(129)]: "v" }, /length of key "k{64}" is 129/],
    [{ ["é".repeat(65)]: "v" }, /is 130 but/],
    [{ k: "v".repeat(513) }, /length of value for key "k" is 513/],
    [{ "": "v" }, /length of key "" is 0/],
    [{ k: "" }, /length of value for key "k" is 0/],
    [{ k: "a\u0007b" }, /value for key "k" contains unprintable/],
    [{ "k\u200b": "v" }, /contains unprintable/],
    [{ k: { deep: 1 } }, /every value must be a string/],
    [["x"], /an object of strings/],
  ];
  for (const [value, text] of limits) {
    const answer = await post({ custom_metadata: value });
    assert.equal(answer.status, 400);
    assert.match(answer.errors[0] ?? "", text);
  }
  const most = Object.fromEntries(
    Array.from({ length: 64 }, (_, i) => [`${i}`.padEnd(128, "k"), "v".repeat(512)]),
  );
  assert.equal((await post({ custom_metadata: most })).status, 204);
  assert.deepEqual(await custom(), most);
  await post({ custom_metadata: { a: "1", b: "2" } });
  const patch = (body: object) => api.call("PATCH", "secret/metadata/a", body);
  assert.equal((await patch({ custom_metadata: { a: null, c: "3" }, max_versions: 7 })).status, 204);
  assert.deepEqual(await custom(), { b: "2", c: "3" });
  assert.equal((await patch({ custom_metadata: null, cas_required: null, max_versions: null })).status, 204);
  const reset = await api.call("GET", "secret/metadata/a");
  assert.deepEqual(
    ["custom_metadata", "cas_required", "max_versions"].map((name) => reset.get(`data.${name}`)),
    [null, false, 0],
  );
  assert.equal((await api.call("PATCH", "secret/metadata/none", { max_versions: 1 })).status, 404);
  await api.call("POST", "secret/data/a", { data: { n: 1 } });
  assert.equal((await api.call("DELETE", "secret/metadata/a")).status, 204);
  assert.equal((await api.call("DELETE", "secret/metadata/a")).status, 204);
  assert.equal((await api.call("GET", "secret/data/a?version=1")).status, 404);
  assert.equal(
    (await api.call("POST", "secret/data/a", { data: {}, options: { cas: 0 } })).get("data.version"),
    1,
  );
});

test("subkeys show names and never a value", async (context) => {
  const api = await open(context);
  const value = fake("sk-", 30);
  await api.call("POST", "secret/data/a", {
    data: { x: value, o: { p: [{ q: value }], r: {}, s: { t: value } } },
  });
  const all = await api.call("GET", "secret/subkeys/a");
  assert.deepEqual(all.get("data.subkeys"), { x: null, o: { p: null, r: null, s: { t: null } } });
  assert.equal(all.get("data.metadata.version"), 1);
  assert.deepEqual((await api.call("GET", "secret/subkeys/a?depth=1")).get("data.subkeys"), {
    x: null,
    o: null,
  });
  assert.deepEqual((await api.call("GET", "secret/subkeys/a?depth=2&version=1")).get("data.subkeys"), {
    x: null,
    o: { p: null, r: null, s: null },
  });
  assert.ok((await api.call("GET", "secret/data/a")).text.includes(value), "control: the value is there");
  assert.ok(!all.text.includes(value));
  assert.equal((await api.call("GET", "secret/subkeys/none")).status, 404);
  assert.equal((await api.call("GET", "secret/subkeys/a?depth=-1")).status, 400);
  await api.call("DELETE", "secret/data/a");
  const gone = await api.call("GET", "secret/subkeys/a");
  assert.deepEqual([gone.status, gone.get("data.subkeys")], [404, null]);
});

test("listing: folders, pages, nothing", async (context) => {
  const api = await open(context);
  for (const path of ["a", "d", "d/e", "d/e/f", "é ü"])
    await api.call("POST", `secret/data/${path}`, { data: { a: 1 } });
  const keys = async (path: string): Promise<unknown> => (await api.call("LIST", path)).get("data.keys");
  assert.deepEqual(await keys("secret/metadata"), ["a", "d", "d/", "é ü"]);
  assert.deepEqual(await keys("secret/metadata/d"), ["e", "e/"]);
  assert.equal((await api.call("LIST", "secret/metadata/zz")).text, '{"errors":[]}');
  assert.deepEqual((await api.call("GET", "secret/metadata/?list=true&limit=1&after=a")).get("data.keys"), [
    "d",
  ]);
  assert.deepEqual((await api.call("SCAN", "secret/metadata/")).get("data.keys"), [
    "a",
    "d",
    "d/e",
    "d/e/f",
    "é ü",
  ]);
  assert.deepEqual((await api.call("SCAN", "secret/metadata/d/?limit=1&after=e")).get("data.keys"), ["e/f"]);
  assert.equal((await api.call("LIST", "secret/data/")).status, 405);
  await api.call("POST", "secret/data/__proto__", { data: { a: 1 } });
  const details = await api.call("SCAN", "secret/detailed-metadata/");
  assert.deepEqual(details.get("data.keys"), ["__proto__", "a", "d", "d/e", "d/e/f", "é ü"]);
  const info = details.get("data.key_info") as Record<string, Record<string, unknown>>;
  assert.deepEqual(Object.keys(info), details.get("data.keys"));
  assert.deepEqual(info["d/e"], (await api.call("GET", "secret/metadata/d/e")).get("data"));
  const level = await api.call("LIST", "secret/detailed-metadata/d");
  assert.deepEqual(level.get("data.keys"), ["e", "e/"]);
  assert.deepEqual(Object.keys(level.get("data.key_info") as object), ["e"], "a folder has no details");
  assert.equal((await api.call("LIST", "secret/detailed-metadata/zz")).text, '{"errors":[]}');
});

test("a folder of more than two pages is listed whole", async (context) => {
  const api = await open(context);
  const names = Array.from({ length: 2_100 }, (_, i) => `k${String(i).padStart(5, "0")}`);
  for (let at = 0; at < names.length; at += 100)
    await Promise.all(
      names
        .slice(at, at + 100)
        .map((name) => api.call("POST", `secret/metadata/big/${name}`, { max_versions: 1 })),
    );
  assert.deepEqual((await api.call("LIST", "secret/metadata/big")).get("data.keys"), names);
});

test("hostile paths and bodies are refused with a reason, and nothing is stored", async (context) => {
  const api = await open(context);
  const ok = { data: { a: "1" } };
  for (const path of [
    "",
    "t/",
    "x/../y",
    "..",
    ".",
    "a\u0000b",
    "a\nb",
    "p".repeat(700),
    "é".repeat(400),
    "\ud800",
  ]) {
    const answer = await api.call("POST", `secret/data/${path}`, ok);
    assert.equal(answer.status, 400, JSON.stringify(path));
    assert.ok((answer.errors[0] ?? "").length > 5);
  }
  const bodies: (string | object)[] = [
    "",
    "{}",
    "[]",
    '"x"',
    '{"data":',
    '{"data":null}',
    '{"data":"text"}',
    '{"data":[1]}',
    '{"data":{"a":1},"options":"x"}',
    `{"data":${'{"a":'.repeat(300)}1${"}".repeat(300)}}`,
    '{"data":{"a":"\ud800"},',
    { data: Object.fromEntries(Array.from({ length: 5_001 }, (_, i) => [`k${i}`, "v"])) },
  ];
  for (const body of bodies)
    assert.equal(
      (await api.call("POST", "secret/data/x", body)).status,
      400,
      JSON.stringify(body).slice(0, 60),
    );
  assert.equal((await api.call("LIST", "secret/metadata")).status, 404, "nothing was stored");
  assert.equal(
    (await api.call("POST", "secret/data/p/ü/…/a..b", ok)).status,
    200,
    "control: an odd but honest path",
  );
});

test("values of two megabytes and deep ones", async (context) => {
  const api = await open(context);
  const big = "x".repeat(2 * 1024 * 1024);
  assert.equal((await api.call("POST", "secret/data/big", { data: { big } })).status, 200);
  assert.equal((await api.call("GET", "secret/data/big")).get("data.data.big"), big);
  const deep = `${'{"a":'.repeat(200)}"x"${"}".repeat(200)}`;
  assert.equal((await api.call("POST", "secret/data/deep", `{"data":${deep}}`)).status, 200);
  assert.ok((await api.call("GET", "secret/data/deep")).text.includes(deep));
});

test("more than the store takes, and what would take too long to take apart, is refused", async (context) => {
  const api = await open(context);
  const huge = await api.call("POST", "secret/data/huge", { data: { huge: "x".repeat(31 * 1024 * 1024) } });
  assert.equal(huge.status, 413);
  const nested = (depth: number, size: number): string =>
    `{"data":${'{"a":'.repeat(depth)}"${'\\"{'.repeat(size / 3)}"${"}".repeat(depth)}}`;
  const deep = await api.call("POST", "secret/data/deep", nested(250, 4 * 1024 * 1024));
  assert.deepEqual([deep.status, deep.errors[0]], [400, "data is nested too deeply for its size"]);
  assert.equal((await api.call("POST", "secret/data/flat", nested(3, 4 * 1024 * 1024))).status, 200);
});

test("no value stands in the files, neither before nor after it is destroyed", async (context) => {
  const api = await open(context);
  const value = fake("sk-", 40);
  await api.call("POST", "secret/data/planted", { data: { k: value } });
  await api.call("POST", "secret/destroy/planted", { versions: [1] });
  const bytes = Buffer.concat(
    readdirSync(api.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`)),
  );
  assert.ok(bytes.includes("SQLite format"), "control: the store's files were read");
  assert.ok(!bytes.includes(value));
});

test("values are known by digest, until they are destroyed, trimmed or deleted with the secret", async (context) => {
  const api = await open(context);
  const digest = (value: string): string => createHash("sha256").update(value).digest("hex");
  const [one, two, three] = [fake("sk-", 30), fake("sk-", 30), fake("sk-", 30)];
  const known = async (value: string): Promise<string[]> => {
    const found = await api.kernel.services.values.lookup([digest(value)]);
    return (found.get(digest(value)) ?? []).map(({ path, version, field }) => `${path}@${version} ${field}`);
  };
  await api.call("POST", "secret/data/a", { data: { k: one, deep: { list: [1, two] } } });
  assert.deepEqual(await known(one), ["secret/a@1 k"]);
  assert.deepEqual(await known(two), ["secret/a@1 deep.list.1"]);
  await api.call("PATCH", "secret/data/a", { data: { k: three } });
  assert.deepEqual(await known(three), ["secret/a@2 k"]);
  await api.call("DELETE", "secret/data/a");
  assert.deepEqual(await known(three), ["secret/a@2 k"], "a soft deletion keeps the value");
  await api.call("POST", "secret/destroy/a", { versions: [1] });
  assert.deepEqual(await known(one), []);
  await api.call("POST", "secret/metadata/a", { max_versions: 1 });
  await api.call("POST", "secret/data/a", { data: { k: one } });
  assert.deepEqual(await known(two), [], "trimmed");
  await api.call("DELETE", "secret/metadata/a");
  assert.deepEqual(await known(one), []);
});

test("one value in two environments of a declared project is refused, and nothing of it is stored", async (context) => {
  const other = await pluginApi(context, { engines: [kv, projects] });
  await other.kernel.services.mounts.mount("secret", "secret/", { type: "kv-v2" });
  const manifest = { environments: { dev: {}, prod: {} }, secrets: {}, stages: {} };
  assert.equal((await other.call("POST", "bulkhead/projects/fraud", { manifest })).status, 200);
  const value = fake("sk-", 30);
  assert.equal((await other.call("POST", "secret/data/fraud/dev/openai", { data: { value } })).status, 200);
  for (const body of [{ data: { value } }, { data: { other: "x", deep: { value: [value] } } }]) {
    const refused = await other.call("POST", "secret/data/fraud/prod/openai", body);
    assert.equal(refused.status, 400);
    assert.match(refused.errors[0] ?? "", /fraud\/dev\/openai/);
    assert.ok(!refused.text.includes(value));
  }
  assert.equal((await other.call("GET", "secret/metadata/fraud/prod/openai")).status, 404);
  await other.call("POST", "secret/data/fraud/prod/openai", { data: { value: fake("sk-", 30) } });
  assert.equal((await other.call("PATCH", "secret/data/fraud/prod/openai", { data: { value } })).status, 400);
  assert.equal((await other.call("POST", "secret/data/fraud/dev/again", { data: { value } })).status, 200);
});

test("what a policy does not allow is denied, create and update apart", async (context) => {
  const api = await open(context);
  const { policies, tokens } = api.kernel.services;
  await policies.put("maker", 'path "secret/data/app/*" { capabilities = ["create"] }');
  const { token } = await tokens.issue(
    { policies: ["maker"], metadata: {}, displayName: "maker" },
    { path: "auth/token/create", parent: null },
  );
  const maker = { token: token?.revealText() ?? "" };
  assert.equal((await api.call("POST", "secret/data/app/a", { data: { v: 1 } }, maker)).status, 200);
  assert.equal((await api.call("POST", "secret/data/app/a", { data: { v: 2 } }, maker)).status, 403);
  assert.equal((await api.call("GET", "secret/data/app/a", undefined, maker)).status, 403);
  assert.equal((await api.call("POST", "secret/data/other", { data: { v: 1 } }, maker)).status, 403);
  assert.equal((await api.call("GET", "secret/data/app/a", undefined, { token: "" })).status, 403);
});

test("a path without data/ says where secrets are", async (context) => {
  const api = await open(context);
  const wrong = await api.call("GET", "secret/a");
  assert.equal(wrong.status, 404);
  assert.match(wrong.textAt("warnings.0"), /Invalid path for a versioned K\/V secrets engine/);
});
