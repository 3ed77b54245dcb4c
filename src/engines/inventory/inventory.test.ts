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
