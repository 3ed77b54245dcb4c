/** `bulkhead/inventory/` through the real kernel. (Over HTTP, from files: test/cli/ci-inventory.test.ts.) */
import assert from "node:assert/strict";
import test from "node:test";
import { pluginApi } from "../../../test/support/plugin-api.ts";
import { inventory } from "./index.ts";

const row = (more: Readonly<Record<string, unknown>> = {}) => ({
  workflow: ".github/workflows/w.yml",
  job: "j",
  phase: "deploy",
  kind: "secret",
  credential: "OPENAI_API_KEY",
  systems: ["openai"],
  environments: ["prod"],
  scope: "",
  owner: "ml",
  rotated: "",
  place: ".github/workflows/w.yml:3:1",
  ...more,
});
const AT = "bulkhead/inventory";

test("a repository's record takes the place of the one before; all are listed together", async (context) => {
  const api = await pluginApi(context, { engines: [inventory] });
  const put = (repository: string, rows: readonly unknown[]) =>
    api.call("POST", `${AT}/record`, { repository, commit: "c0ffee", rows });
  const keys = async (query = "") => {
    const answer = await api.call("LIST", `${AT}/entries${query}`);
    return answer.status === 404 ? [] : (answer.get("data.keys") as string[]);
  };
  assert.deepEqual(await keys(), []);
  assert.equal((await put("github.com/acme/b", [row(), row({ credential: "X", systems: [] })])).status, 200);
  assert.equal((await put("github.com/acme/a", [row({ owner: "ops" })])).status, 200);
  assert.deepEqual(await keys(), ["github.com/acme/a", "github.com/acme/b"]);
  assert.deepEqual(await keys("?owner=ops"), ["github.com/acme/a"]);
  assert.deepEqual(await keys("?credential=X"), ["github.com/acme/b"]);
  assert.deepEqual(await keys("?system=aws"), []);
  const one = (query: string) => api.call("GET", `${AT}/repository?repository=${query}`);
  const read = await one("github.com%2Facme%2Fb");
  assert.equal((read.get("data.rows") as unknown[]).length, 2);
  assert.equal(read.get("data.commit"), "c0ffee");
  await put("github.com/acme/b", []);
  assert.deepEqual((await one("github.com%2Facme%2Fb")).get("data.rows"), []);
  assert.deepEqual(await keys("?system=openai"), ["github.com/acme/a"]);
  await api.call("DELETE", `${AT}/repository?repository=github.com%2Facme%2Fb`);
  assert.equal((await one("github.com%2Facme%2Fb")).status, 404);
  assert.deepEqual(await keys(), ["github.com/acme/a"]);
});

test("what is no inventory is refused, and nobody reads it without a policy", async (context) => {
  const api = await pluginApi(context, { engines: [inventory] });
  for (const body of [
    { rows: [] },
    { repository: "r" },
    { repository: "", rows: [] },
    { repository: "r", rows: {} },
    { repository: "r", rows: [row({ value: "x" })] },
    { repository: "r", rows: [row({ systems: "openai" })] },
    { repository: "r".repeat(401), rows: [] },
    { repository: "r", rows: Array.from({ length: 5_001 }, () => row()) },
  ])
    assert.equal(
      (await api.call("POST", `${AT}/record`, body)).status,
      400,
      JSON.stringify(body).slice(0, 80),
    );
  const minted = await api.kernel.services.tokens.issue(
    { policies: ["default"], metadata: {}, displayName: "x", alias: { name: "x", metadata: {} } },
    { path: "auth/approle/login", parent: null },
  );
  const token = minted.token?.revealText() ?? "";
  assert.equal((await api.call("LIST", `${AT}/entries`, undefined, { token })).status, 403);
});

test("what was pushed is kept by a keyed digest, compared and forgotten", async (context) => {
  const api = await pluginApi(context, { engines: [inventory] });
  const about = { project: "fraud", environment: "prod", secret: "openai" };
  const place = { target: "github", place: "acme/fraud prod", name: "OPENAI_API_KEY" };
  const [one, two] = ["a", "b"].map((letter) => letter.repeat(64));
  const push = (more: object) =>
    api.call("POST", `${AT}/pushed`, { ...about, ...place, version: 3, sha256: one, mark: "m", ...more });
  const same = async (sha256: string | undefined, more: object = {}): Promise<unknown> => {
    const answer = await api.call("POST", `${AT}/pushed/compare`, { ...about, ...place, sha256, ...more });
    return [answer.get("data.known"), answer.get("data.same")];
  };
  assert.equal((await push({})).status, 200);
  assert.deepEqual(
    [await same(one), await same(two)],
    [
      [true, true],
      [true, false],
    ],
  );
  assert.deepEqual(await same(one, { name: "OTHER" }), [false, false]);
  await push({ name: "SECOND", version: 1, sha256: two });
  const listed = await api.call("LIST", `${AT}/pushed?project=fraud`);
  assert.equal((listed.get("data.keys") as string[]).length, 2);
  assert.ok(!listed.text.includes("digest") && !listed.text.includes(String(one)), "no digest comes out");
  assert.equal((await api.call("LIST", `${AT}/pushed?project=other`)).status, 404);
  for (const wrong of [
    { sha256: "x" },
    { project: "../x" },
    { environment: "" },
    { place: "" },
    { secret: "a/b" },
  ])
    assert.equal((await push(wrong)).status, 400, JSON.stringify(wrong));
  assert.equal((await api.call("POST", `${AT}/pushed/forget`, { ...about, ...place })).status, 204);
  assert.deepEqual(await same(one), [false, false]);
});

test("rights and assessments are kept; odd ones are refused", async (context) => {
  const api = await pluginApi(context, { engines: [inventory] });
  const about = { project: "fraud", environment: "prod", secret: "hub", version: 2 };
  await api.call("POST", `${AT}/rights`, {
    ...about,
    rights: ["read"],
    scopes: ["repo.content.read"],
    person: true,
  });
  await api.call("POST", `${AT}/rights`, { ...about, secret: "openai", told: false });
  const info = (await api.call("LIST", `${AT}/rights`)).get("data.key_info") as Record<
    string,
    { rights: unknown }
  >;
  assert.deepEqual([info["fraud/prod/hub"]?.rights, info["fraud/prod/openai"]?.rights], [["read"], null]);
  assert.equal((await api.call("POST", `${AT}/rights`, { ...about, rights: ["a\nb"] })).status, 400);
  const assess = (level: unknown, marks: unknown = []) =>
    api.call("POST", `${AT}/maturity`, { project: "fraud", level, marks });
  assert.equal((await assess(2, [{ id: "store", level: 2, holds: null }])).status, 200);
  assert.equal((await assess(5)).status, 400);
  assert.equal((await assess(2, [{ id: "store", level: 2, holds: "yes" }])).status, 400);
  const kept = await api.call("LIST", `${AT}/maturity?project=fraud`);
  assert.equal((kept.get("data.keys") as string[]).length, 1);
});
