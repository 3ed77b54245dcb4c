/** Drivers in code against what they drive: AWS as moto plays it, a real PostgreSQL, programs, a person. (Key APIs: engines/rotations.) */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import pg from "pg";
import { fake } from "../../../test/support/fake.ts";
import { startAccount } from "../../../test/support/moto-account.ts";
import { NO_POSTGRES, startPostgres } from "../../../test/support/postgres.ts";
import { AT, type RotationApi, rotationApi } from "../../../test/support/rotation-api.ts";

const currentParts = async (api: RotationApi): Promise<Record<string, string>> =>
  (await api.call("GET", "secret/data/fraud/dev/key")).get("data.data") as Record<string, string>;

test("AWS: a user's second key stands beside the first, which is deleted; a key that a crash left is found and removed", async (t) => {
  const account = await startAccount();
  if (account === null) return t.skip("no moto");
  t.after(() => account.stop());
  await account.iam("CreateUser", { UserName: "trainer" });
  const made = await account.iam("CreateAccessKey", { UserName: "trainer" });
  const old = { accessKeyId: made.text("AccessKeyId"), secretAccessKey: made.text("SecretAccessKey") };
  const { admin } = account;
  const api = await rotationApi(t, {
    rotate: { url: account.address },
    credential: {
      provider: "aws",
      parts: { access_key_id: old.accessKeyId, secret_access_key: old.secretAccessKey, region: "us-east-1" },
      minter: { access_key_id: admin.accessKeyId, secret_access_key: admin.secretAccessKey },
    },
  });
  const keys = async (): Promise<string[]> =>
    (await account.iam("ListAccessKeys", { UserName: "trainer" })).texts("AccessKeyId");
  const id = await api.begin();
  assert.equal((await api.finish(id, 0)).state, "grace", JSON.stringify(await api.show(id)));
  assert.equal((await keys()).length, 2);
  const done = await api.finish(id);
  assert.equal(done.state, "done", JSON.stringify(done));
  const now = await currentParts(api);
  assert.deepEqual(await keys(), [now.access_key_id]);
  await assert.rejects(account.whoami(old));
  assert.match(
    await account.whoami({
      accessKeyId: now.access_key_id ?? "",
      secretAccessKey: now.secret_access_key ?? "",
    }),
    /trainer/,
  );
});

test("PostgreSQL: two roles in turn; the old one's sessions end, its tables stay in use; and back again", async (t) => {
  const server = await startPostgres();
  if (server === null) return t.skip(NO_POSTGRES);
  t.after(() => server.stop());
  const [password, minterPassword] = [fake("", 24), fake("", 24)];
  await server.sql(`CREATE ROLE app LOGIN PASSWORD '${password}'`);
  await server.sql(`CREATE ROLE minter LOGIN SUPERUSER PASSWORD '${minterPassword}'`);
  await server.sql(
    "GRANT CREATE ON SCHEMA public TO app; CREATE TABLE features (a int); ALTER TABLE features OWNER TO app",
  );
  const where = { host: "127.0.0.1", port: String(server.port), database: "postgres" };
  const api = await rotationApi(t, {
    rotate: { url: undefined },
    credential: {
      provider: "postgres",
      parts: { username: "app", password, ...where },
      minter: { username: "minter", password: minterPassword, ...where },
    },
  });
  const connect = async (parts: Record<string, string>): Promise<pg.Client> => {
    const client = new pg.Client({
      ...where,
      port: server.port,
      user: parts.username ?? "",
      password: parts.password ?? "",
    });
    client.on("error", () => undefined);
    await client.connect();
    return client;
  };
  const first = await currentParts(api);
  const long = await connect(first);
  const id = await api.begin();
  assert.equal((await api.finish(id, 0)).state, "grace", JSON.stringify(await api.show(id)));
  await long.query("INSERT INTO features VALUES (1)");
  const second = await currentParts(api);
  assert.equal(second.username, "app_alt");
  const fresh = await connect(second);
  await fresh.query("INSERT INTO features VALUES (2); CREATE TABLE made_by_alt (a int)");
  const done = await api.finish(id);
  assert.equal(done.state, "done", JSON.stringify(done));
  await assert.rejects(connect(first), { code: /^28/ });
  await assert.rejects(long.query("SELECT 1"));
  const again = await api.finish(await api.begin());
  assert.equal(again.state, "done", JSON.stringify(again));
  const third = await currentParts(api);
  assert.equal(third.username, "app");
  assert.notEqual(third.password, password);
  const last = await connect(third);
  await last.query("SELECT * FROM features; INSERT INTO made_by_alt VALUES (1)");
  await assert.rejects(connect(second), { code: /^28/ });
  for (const client of [fresh, last, long]) await client.end().catch(() => undefined);
});

const SCRIPT = `
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
const folder = process.argv[2], fault = process.argv[3] ?? "";
const ask = JSON.parse(readFileSync(0, "utf8"));
const at = folder + "/keys.json";
const keys = existsSync(at) ? JSON.parse(readFileSync(at, "utf8")) : {};
appendFileSync(folder + "/seen", ask.action + " " + process.argv.join(" ") + " " + JSON.stringify(process.env) + "\\n");
const save = () => writeFileSync(at, JSON.stringify(keys));
const once = () => fault !== "" && !existsSync(folder + "/failed") && (writeFileSync(folder + "/failed", ""), true);
if (ask.action === "create") {
  const id = "k" + Object.keys(keys).length, value = "made-" + Math.random().toString(36).slice(2).padEnd(20, "0");
  keys[id] = { value, name: ask.name, live: true }; save();
  if (fault === "dies" && once()) process.exit(3);
  if (fault === "prints" && once()) { console.log("here is your key: " + value); process.exit(0); }
  console.error(value);
  console.log(JSON.stringify({ parts: { value }, id }));
}
if (ask.action === "list") console.log(JSON.stringify({ ids: Object.entries(keys).filter(([, k]) => k.live && k.name === ask.name).map(([id]) => id) }));
if (ask.action === "revoke") {
  for (const [id, key] of Object.entries(keys)) if (id === ask.id || (ask.id === "" && key.value === ask.old.value)) key.live = false;
  save(); console.log(JSON.stringify({ ok: true }));
}
if (ask.action === "verify") console.log(JSON.stringify({ verdict: Object.values(keys).some((k) => k.live && k.value === ask.parts.value) ? "live" : "dead" }));
`;

async function scripted(t: TestContext, fault: string) {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-script-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "rotate.mjs"), SCRIPT);
  const value = fake("first-", 24);
  const read = () =>
    JSON.parse(readFileSync(join(folder, "keys.json"), "utf8")) as Record<
      string,
      { value: string; live: boolean }
    >;
  writeFileSync(join(folder, "keys.json"), JSON.stringify({ k0: { value, name: "", live: true } }));
  const api = await rotationApi(t, {
    rotation: { scripts: true },
    rotate: { script: `'${process.execPath}' '${folder}/rotate.mjs' '${folder}' ${fault}`, with: undefined },
    credential: { provider: "", parts: { value }, minter: null },
  });
  return {
    api,
    folder,
    value,
    live: () =>
      Object.values(read())
        .filter(({ live }) => live)
        .map((key) => key.value),
  };
}

for (const fault of ["", "dies", "prints"])
  test(`script${fault === "" ? "" : ` that ${fault} after creating`}: values by standard input alone; one working key is current`, async (t) => {
    const { api, folder, value, live } = await scripted(t, fault);
    process.env.ROTATE_TEST_TOKEN = fake("env-", 20);
    t.after(() => delete process.env.ROTATE_TEST_TOKEN);
    const ended = await api.finish(await api.begin());
    assert.equal(ended.state, "done", JSON.stringify(ended));
    const now = await api.current();
    assert.notEqual(now, value);
    assert.deepEqual(live(), [now]);
    const seen = readFileSync(join(folder, "seen"), "utf8");
    for (const secret of [value, now, process.env.ROTATE_TEST_TOKEN])
      assert.ok(!seen.includes(secret), "in no argument and no variable");
    for (const secret of [value, now]) assert.ok(!JSON.stringify(ended).includes(secret));
  });

test("a server starts no programs", async (t) => {
  const api = await rotationApi(t, {
    rotate: { script: "true", with: undefined },
    credential: { provider: "", parts: { value: fake("x-", 20) }, minter: null },
  });
  const ended = await api.finish(await api.begin());
  assert.deepEqual(
    [ended.state, /starts no programs/.test(ended.problem)],
    ["rolled-back", true],
    JSON.stringify(ended),
  );
});

test("webhook: the same questions over HTTP, and one that is not there changes nothing", async (t) => {
  const value = fake("first-", 24);
  const keys = new Map([["k0", { value, name: "", live: true }]]);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const ask = JSON.parse(Buffer.concat(chunks).toString()) as {
        action: string;
        name: string;
        id?: string;
        old?: { value: string };
        parts?: { value: string };
      };
      const all = [...keys];
      const made = { value: fake("made-", 24), name: ask.name, live: true };
      if (ask.action === "create") keys.set(`k${keys.size}`, made);
      if (ask.action === "revoke")
        for (const [id, key] of all) if (id === ask.id || key.value === ask.old?.value) key.live = false;
      const answers: Record<string, object> = {
        create: { parts: { value: made.value }, id: `k${keys.size - 1}` },
        list: { ids: all.filter(([, key]) => key.live && key.name === ask.name).map(([id]) => id) },
        revoke: { ok: true },
        verify: {
          verdict: all.some(([, key]) => key.live && key.value === ask.parts?.value) ? "live" : "dead",
        },
      };
      response.end(JSON.stringify(answers[ask.action]));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/rotate`;
  const credential = { provider: "", parts: { value }, minter: null };
  const api = await rotationApi(t, { rotate: { webhook: url, with: undefined }, credential });
  const done = await api.finish(await api.begin());
  assert.equal(done.state, "done", JSON.stringify(done));
  assert.deepEqual(
    [...keys.values()].filter(({ live }) => live).map((key) => key.value),
    [await api.current()],
  );
  const away = await rotationApi(t, {
    rotate: { webhook: "http://127.0.0.1:9/x", with: undefined },
    credential,
  });
  const failed = await away.finish(await away.begin());
  assert.deepEqual([failed.state, await away.current()], ["rolled-back", value], JSON.stringify(failed));
});

test("a person: the new value is asked for and tried, the old one is proved dead, and a lie is found out", async (t) => {
  const api = await rotationApi(t, { vendor: "anthropic" });
  const old = await api.current();
  const id = await api.begin();
  const asked = await api.finish(id, 0);
  assert.equal(asked.state, "asking");
  const give = (value: string) => api.call("POST", `${AT}/${id}/continue`, { value });
  assert.equal((await give(old)).status, 409, "the old value is no new one");
  assert.equal(
    (await give(fake("sk-ant-api03-", 90))).get("data.state"),
    "asking",
    "what does not work is asked for again",
  );
  const fresh = api.server.add("by a person");
  assert.equal((await give(fresh.value)).get("data.state"), "grace");
  assert.equal(await api.current(), fresh.value);
  const done = await api.finish(id);
  assert.equal(done.state, "done", JSON.stringify(done));
  assert.deepEqual(
    api.server.live().map(({ value }) => value),
    [fresh.value],
    "disabled through the API",
  );
});
