/** Rate limits: who is counted, which limit counts, what a block does, that they hold over restarts and processes, and bounded memory. */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { type TestKernel, openTestKernel } from "../../test/support/kernel.ts";

async function open(context: TestContext): Promise<TestKernel> {
  const kernel = await openTestKernel();
  context.after(() => kernel.close());
  await kernel.call("POST", "sys/mounts/secret", { body: { type: "kv", options: { version: "2" } } });
  return kernel;
}

const limit = async ({ call }: TestKernel, name: string, body: unknown): Promise<number> =>
  (await call("POST", `sys/quotas/rate-limit/${name}`, { body })).status;
const asks = async ({ call }: TestKernel, path: string, remote = "10.0.0.1"): Promise<number> =>
  (await call("GET", path, { remote })).status;

test("an address has so many requests in an interval, others have their own", async (context) => {
  const kernel = await open(context);
  assert.equal(await limit(kernel, "reads", { path: "secret/", rate: 2, interval: "10s" }), 204);
  for (const expected of [404, 404, 429, 429]) assert.equal(await asks(kernel, "secret/data/a"), expected);
  const refused = await kernel.call("GET", "secret/data/a", { remote: "10.0.0.1" });
  assert.deepEqual(refused.json.errors, ['request path "secret/data/a": rate limit quota exceeded']);
  assert.equal(await asks(kernel, "secret/data/a", "10.0.0.2"), 404);
  assert.equal(await asks(kernel, "sys/mounts"), 200, "another path");
  kernel.clock.advance(5_000);
  for (const expected of [404, 429]) assert.equal(await asks(kernel, "secret/data/a"), expected);
  kernel.clock.advance(-3_600_000);
  assert.equal(await asks(kernel, "secret/data/a"), 429, "a clock set back gives nothing");
});

test("a login without a token is counted, before anything else is done for it", async (context) => {
  const kernel = await open(context);
  await kernel.call("POST", "sys/auth/approle", { body: { type: "approle" } });
  await limit(kernel, "logins", { path: "auth/approle/login", rate: 1 });
  const login = async (): Promise<number> => {
    const body = { role_id: "none", secret_id: "none" };
    return (await kernel.call("POST", "auth/approle/login", { body, token: null, remote: "10.9.9.9" }))
      .status;
  };
  assert.deepEqual([await login(), await login()], [400, 429]);
});

test("the most specific limit counts; exempt paths have none; a block lasts", async (context) => {
  const kernel = await open(context);
  assert.equal(await limit(kernel, "all", { rate: 1 }), 204);
  assert.equal(await limit(kernel, "kv", { path: "secret/", rate: 3 }), 204);
  assert.equal(await limit(kernel, "hot", { path: "secret/data/hot*", rate: 1, block_interval: 60 }), 204);
  for (const expected of [404, 404, 404, 429]) assert.equal(await asks(kernel, "secret/data/x"), expected);
  for (const expected of [404, 429]) assert.equal(await asks(kernel, "secret/data/hotter"), expected);
  kernel.clock.advance(30_000);
  assert.equal(await asks(kernel, "secret/data/hot"), 429);
  kernel.clock.advance(31_000);
  assert.equal(await asks(kernel, "secret/data/hot"), 404);
  assert.equal(await limit(kernel, "one", { path: "secret/data/one", rate: 1 }), 204);
  for (const expected of [404, 429]) assert.equal(await asks(kernel, "secret/data/one"), expected);
  assert.equal(await asks(kernel, "secret/data/on"), 404, "a limit without * is for its own path alone");
  assert.equal(await asks(kernel, "secret/data/ones"), 404);
  assert.deepEqual([await asks(kernel, "sys/mounts"), await asks(kernel, "sys/mounts")], [200, 429]);
  const exempt = { rate_limit_exempt_paths: ["sys/mounts"] };
  assert.equal((await kernel.call("POST", "sys/quotas/config", { body: exempt })).status, 204);
  assert.deepEqual([await asks(kernel, "sys/mounts"), await asks(kernel, "sys/mounts")], [200, 200]);
});

test("what is wrong is refused; another process has the same limits", async (context) => {
  const kernel = await open(context);
  for (const [body, what] of [
    [{}, "no rate"],
    [{ rate: 0 }, "none at all"],
    [{ rate: "many" }, "no number"],
    [{ rate: 1, interval: "1ms" }, "too short"],
    [{ rate: 1, path: "nowhere/" }, "no mount"],
    [{ rate: 1, role: "r" }, "a role"],
  ] as const)
    assert.equal(await limit(kernel, "wrong", body), 400, what);
  assert.equal(await limit(kernel, "one", { rate: 1.5 }), 204);
  assert.equal(await limit(kernel, "two", { rate: 2 }), 400, "the same path twice");
  kernel.clock.advance(5_000);
  const shown = await kernel.call("GET", "sys/quotas/rate-limit/one");
  assert.deepEqual(shown.json.data, {
    name: "one",
    type: "rate-limit",
    path: "",
    rate: 1.5,
    interval: 1,
    block_interval: 0,
    inheritable: true,
    role: "",
  });
  kernel.clock.advance(5_000);
  const other = await kernel.second();
  context.after(() => other.close());
  assert.deepEqual([await asks(other, "sys/mounts"), await asks(other, "sys/mounts")], [200, 429]);
  kernel.clock.advance(5_000);
  assert.equal((await kernel.call("DELETE", "sys/quotas/rate-limit/one")).status, 204);
  assert.equal(await asks(other, "sys/mounts"), 200);
  assert.equal((await kernel.call("LIST", "sys/quotas/rate-limit")).status, 404);
});

test("a login in the headers is counted as what it is, on the address that sends it", async (context) => {
  const kernel = await open(context);
  await kernel.call("POST", "sys/auth/people", { body: { type: "userpass" } });
  await kernel.call("POST", "auth/people/users/ada", { body: { password: "a long pass phrase" } });
  await limit(kernel, "logins", { path: "auth/people/", rate: 2, interval: "10s" });
  const parameter = (value: string): string =>
    Buffer.from(JSON.stringify({ key: "password", value })).toString("base64url");
  const guess = async (password: string, path = "auth/people/login/ada", remote = "10.9.9.9") =>
    await kernel.call("GET", "auth/token/lookup-self", {
      headers: {
        "x-vault-inline-auth-path": path,
        "x-vault-inline-auth-parameter-1": parameter(password),
      },
      ...{ token: null, remote },
    });
  assert.deepEqual([(await guess("1")).status, (await guess("2")).status], [400, 400]);
  const refused = await guess("a long pass phrase");
  assert.deepEqual([refused.status, refused.headers["x-bulkhead-code"]], [429, "quota.exceeded"]);
  assert.equal(
    (await guess("a long pass phrase", "auth/people/login/ada/")).status,
    429,
    "spelled otherwise",
  );
  assert.notEqual((await guess("a long pass phrase", undefined, "10.9.9.8")).status, 429, "another address");
});

test("the limit with the longest path counts, in whatever order they were written", async (context) => {
  for (const order of [
    ["narrow", "wide", "all"],
    ["all", "wide", "narrow"],
  ]) {
    const kernel = await open(context);
    const paths: Readonly<Record<string, string>> = { narrow: "secret/data/a", wide: "secret/", all: "" };
    const rates: Readonly<Record<string, number>> = { narrow: 1, wide: 100, all: 100 };
    for (const name of order)
      assert.equal(await limit(kernel, name, { path: paths[name], rate: rates[name] }), 204);
    assert.deepEqual([await asks(kernel, "secret/data/a"), await asks(kernel, "secret/data/a")], [404, 429]);
    assert.equal(await asks(kernel, "secret/data/b"), 404);
  }
});
