/** References of one run: each secret of another manager is asked for once, whatever its fields; what was read for it is erased. */
import assert from "node:assert/strict";
import test from "node:test";
import { protocolServer } from "../../../test/support/protocol-server.ts";
import { fake } from "../../../test/support/fake.ts";
import { type FetchContext, fetchAll } from "./fetch.ts";
import { wantedOfWords } from "./wanted.ts";

test("two fields of one secret cost one request, and each is the run's own copy", async (t) => {
  const value = { user: fake("user-", 12), password: fake("", 30) };
  const server = await protocolServer(({ path }) =>
    path.startsWith("/v1/sys/")
      ? { body: { data: { path: "kv/", type: "kv", options: { version: "2" } } } }
      : path === "/v1/kv/data/db"
        ? { body: { data: { data: value, metadata: { version: 3 } } } }
        : { status: 404, body: { errors: [] } },
  );
  t.after(() => server.stop());
  const env = { VAULT_ADDR: server.address, VAULT_TOKEN: fake("hvs.", 24) };
  const context: FetchContext = { client: null, env, cwd: "/", environment: "dev" };
  const wanted = (...secrets: string[]) =>
    wantedOfWords(
      { secrets, mounts: [], compositions: [], maxReads: undefined },
      { environment: "dev", resolve: (path) => path },
    );
  const found = await fetchAll(wanted("USER=vault://kv/db#user", "PASSWORD=vault://kv/db#password"), context);
  assert.equal(server.asked.filter(({ path }) => path === "/v1/kv/data/db").length, 1);
  const [user, password] = [...found.values()].map(({ fields }) => [...fields.values()][0]);
  assert.deepEqual([user?.revealText(), password?.revealText()], [value.user, value.password]);
  user?.wipe();
  assert.equal(password?.revealText(), value.password);
  await fetchAll(wanted("USER=vault://kv/db#user"), context);
  assert.equal(
    server.asked.filter(({ path }) => path === "/v1/kv/data/db").length,
    2,
    "the next run asks anew",
  );
  await assert.rejects(fetchAll(wanted("A=vault://kv/db#user", "B=vault://kv/none#x"), context));
});
