/** Users as they are written: names, passwords and policies that are taken, and whose tokens go on. */
import assert from "node:assert/strict";
import test from "node:test";
import { pluginApi } from "../../../test/support/plugin-api.ts";
import type { MountContext } from "../../kernel/plugin.ts";
import { userpass } from "./index.ts";

test("a name, a password's length and policies are held to when they are written", async (context) => {
  const api = await pluginApi(context, { authMethods: [userpass] });
  await api.kernel.services.mounts.mount("auth", "people/", { type: "userpass" });
  const write = (path: string, body: object) => api.call("POST", `auth/people/users/${path}`, body);
  assert.equal((await api.call("LIST", "auth/people/users")).status, 404);
  for (const name of ["-x", "x-", ".x", "a b", "a$", "x".repeat(256)]) {
    const answer = await write(name, { password: "a long pass phrase" });
    assert.equal(answer.status, 400, name);
    assert.match(answer.errors.join(), /not a user's name/, name);
  }
  const long = await write("ada", { password: "x".repeat(4_097) });
  assert.equal(long.status, 400);
  assert.match(long.errors.join(), /at most 4096 bytes/);
  assert.equal((await api.call("GET", "auth/people/users/ada")).status, 404);
  assert.equal((await write("Ada", { password: "x".repeat(4_096), token_policies: "a" })).status, 204);
  const root = await write("ada/policies", { token_policies: "root" });
  assert.equal(root.status, 400);
  assert.deepEqual((await api.call("GET", "auth/people/users/ada")).get("data.token_policies"), ["a"]);
  assert.equal((await write("ada/policies", { token_policies: "b" })).status, 204);
  assert.deepEqual((await api.call("GET", "auth/people/users/ADA")).get("data.token_policies"), ["b"]);
  assert.deepEqual((await api.call("LIST", "auth/people/users")).get("data.keys"), ["ada"]);
});

test("a token goes on as long as its user has the very policies it was given", async () => {
  const user = { token_policies: ["a", "b"], token_no_default_policy: false };
  const backend = userpass.create({} as MountContext);
  const renew = async (policies: readonly string[], now: object | null = user): Promise<boolean> => {
    const storage = {
      get: (key: string) =>
        Promise.resolve(key === "user/ada" && now !== null ? Buffer.from(JSON.stringify(now)) : null),
    };
    try {
      await backend.renewLogin?.(
        { internal: { user: "ada" }, metadata: {}, policies, role: "" },
        storage as never,
      );
      return true;
    } catch (error) {
      assert.equal((error as { code?: string }).code, "token.login-over");
      return false;
    }
  };
  assert.equal(await renew(["a", "b", "default"]), true);
  for (const policies of [
    ["a", "b"],
    ["a", "default"],
    ["a", "c", "default"],
    ["a", "b", "c", "default"],
    [],
  ])
    assert.equal(await renew(policies), false, policies.join());
  assert.equal(await renew(["a", "b"], { ...user, token_no_default_policy: true }), true);
  assert.equal(await renew(["a", "b", "default"], null), false, "a user that is gone");
});
