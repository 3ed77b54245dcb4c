import assert from "node:assert/strict";
import test from "node:test";
import { openTestKernel, type TestKernel } from "../../test/support/kernel.ts";
import { toyEngine, type Toy } from "../../test/support/toy-engine.ts";

async function withToy(work: (at: TestKernel, toy: Toy) => Promise<void>): Promise<void> {
  const toy = toyEngine();
  const at = await openTestKernel({ engines: [toy.plugin], onInternalError: () => undefined });
  try {
    assert.equal((await at.call("POST", "sys/mounts/toy", { body: { type: "toy" } })).status, 204);
    await work(at, toy);
  } finally {
    await at.close();
  }
}

test("the envelope has Vault's keys, and headers are exact", () =>
  withToy(async (at) => {
    await at.call("POST", "toy/item/a", { body: { data: { k: 'v\u2028"' } } });
    const read = await at.call("GET", "toy/item/a");
    assert.equal(read.status, 200);
    assert.deepEqual(Object.keys(read.json).sort(), [
      "auth",
      "data",
      "lease_duration",
      "lease_id",
      "renewable",
      "request_id",
      "warnings",
      "wrap_info",
    ]);
    assert.deepEqual(read.json.data, { stored: { k: 'v\u2028"' } });
    assert.equal(read.headers["content-type"], "application/json");
    assert.equal(read.headers["cache-control"], "no-store");
  }));

test("POST creates, then updates; a policy tells them apart", () =>
  withToy(async (at, toy) => {
    await at.call("PUT", "sys/policies/acl/maker", {
      body: { policy: 'path "toy/item/*" { capabilities = ["create"] }' },
    });
    const made = await at.call("POST", "auth/token/create", { body: { policies: ["maker"] } });
    const token = String(made.json.auth?.client_token);
    assert.equal((await at.call("POST", "toy/item/x", { token, body: {} })).status, 204);
    const again = await at.call("PUT", "toy/item/x", { token, body: {} });
    assert.equal(again.status, 403);
    assert.deepEqual(again.json, { errors: ["1 error occurred:\n\t* permission denied\n\n"] });
    assert.equal((await at.call("PUT", "toy/item/x", { body: {} })).status, 200);
    assert.deepEqual(toy.calls, ["create item/x", "update item/x"]);
  }));

test("methods and their forms", () =>
  withToy(async (at, toy) => {
    await at.call("POST", "toy/item/a", { body: {} });
    for (const [method, path, query] of [
      ["LIST", "toy/item", {}],
      ["LIST", "toy/item/", {}],
      ["GET", "toy/item", { list: "true" }],
    ] as const) {
      const list = await at.call(method, path, { query });
      assert.deepEqual(list.json.data, { keys: ["a"] }, `${method} ${path}`);
    }
    const head = await at.call("HEAD", "toy/item/a");
    assert.equal(head.status, 200);
    assert.equal(head.text, "");
    assert.equal((await at.call("PATCH", "toy/item/a", { body: {} })).status, 204);
    const wrong = await at.call("PATCH", "toy/item/a", {
      body: {},
      headers: { "content-type": "application/json" },
    });
    assert.equal(wrong.status, 415);
    assert.equal((await at.call("DELETE", "toy/item/a")).status, 204);
    const gone = await at.call("GET", "toy/item/a");
    assert.equal(gone.status, 404);
    assert.deepEqual(gone.json, { errors: [] });
    assert.equal((await at.call("LIST", "toy/item")).status, 404, "an empty list is nothing there");
    assert.equal(toy.calls.filter((call) => call.startsWith("patch")).length, 1);
  }));

test("what is not there is told only to who may ask", () =>
  withToy(async (at) => {
    const unknown = await at.call("GET", "nowhere/x");
    assert.equal(unknown.status, 404);
    assert.match(unknown.text, /no handler for route \\"nowhere\/x\\"/);
    assert.equal((await at.call("GET", "toy/nothing/here/at/all")).status, 404);
    assert.equal((await at.call("LIST", "toy/creds")).status, 405);
    for (const token of [null, "", "hvs.unknown", "s.old", "x".repeat(5_000)]) {
      const denied = await at.call("GET", "nowhere/x", { token });
      assert.equal(denied.status, 403);
      assert.deepEqual(denied.json, { errors: ["permission denied"] });
    }
    const made = await at.call("POST", "auth/token/create", { body: { policies: ["none"] } });
    const token = String(made.json.auth?.client_token);
    for (const path of ["nowhere/x", "toy/nothing", "toy/creds"])
      assert.equal((await at.call("GET", path, { token })).status, 403, path);
  }));

test("authorization comes before the handler", () =>
  withToy(async (at, toy) => {
    const made = await at.call("POST", "auth/token/create", { body: { policies: ["none"] } });
    const token = String(made.json.auth?.client_token);
    for (const method of ["GET", "POST", "PATCH", "DELETE"] as const)
      assert.equal((await at.call(method, "toy/item/a", { token, body: {} })).status, 403);
    assert.deepEqual(toy.calls, []);
    await at.call("GET", "toy/item/a");
    assert.deepEqual(toy.calls, ["read item/a"], "the control reaches it");
  }));

test("a rule on a path holds for the path with a slash at its end", () =>
  withToy(async (at) => {
    const policy = `
      path "sys/*"        { capabilities = ["read", "update", "sudo"] }
      path "sys/seal"     { capabilities = ["deny"] }
      path "toy/*"        { capabilities = ["create", "update", "read"] }
      path "toy/item/own" { capabilities = ["deny"] }`;
    await at.call("POST", "sys/policies/acl/most", { body: { policy } });
    const made = await at.call("POST", "auth/token/create", { body: { policies: ["most"] } });
    const token = String(made.json.auth?.client_token);
    for (const end of ["", "/", "//"]) {
      assert.equal((await at.call("PUT", `sys/seal${end}`, { token })).status, 403, `seal${end}`);
      assert.equal((await at.call("GET", `toy/item/own${end}`, { token })).status, 403, `own${end}`);
      assert.equal((await at.call("POST", `toy/item/own${end}`, { token, body: {} })).status, 403);
      assert.equal((await at.call("POST", `toy/item/other${end}`, { token, body: {} })).status < 300, true);
    }
    assert.equal(at.kernel.sealed, false);
  }));

test("a policy sees the same value of a repeated parameter as the handler", () =>
  withToy(async (at) => {
    const policy = `path "auth/token/create" {
      capabilities = ["update"]
      allowed_parameters = { "policies" = ["low"], "ttl" = [] }
    }`;
    await at.call("POST", "sys/policies/acl/high", { body: { policy } });
    const made = await at.call("POST", "auth/token/create", { body: { policies: ["high", "low"] } });
    const token = String(made.json.auth?.client_token);
    const ask = async (query: string): Promise<number> => {
      const answer = await at.kernel.handle({
        method: "POST",
        path: "auth/token/create",
        query: new URLSearchParams(query),
        headers: { "x-vault-token": token },
        body: null,
        remote: "local",
      });
      return answer.status;
    };
    assert.equal(await ask("policies=low"), 200);
    assert.equal(await ask("policies=high"), 403);
    assert.equal(await ask("policies=high&policies=low"), 403);
    assert.equal(await ask("policies=low&policies=high"), 403);
  }));

test("sudo paths need sudo besides the capability", () =>
  withToy(async (at) => {
    const tokenWith = async (name: string, capabilities: string): Promise<string> => {
      const policy = `path "toy/protected" { capabilities = [${capabilities}] }`;
      await at.call("POST", `sys/policies/acl/${name}`, { body: { policy } });
      const made = await at.call("POST", "auth/token/create", { body: { policies: [name] } });
      return String(made.json.auth?.client_token);
    };
    const plain = await tokenWith("plain", '"read"');
    const sudo = await tokenWith("super", '"read", "sudo"');
    assert.equal((await at.call("GET", "toy/protected", { token: plain })).status, 403);
    assert.equal((await at.call("GET", "toy/protected", { token: sudo })).status, 200);
  }));

test("errors inside are named by the request's id alone", () =>
  withToy(async (at) => {
    const broken = await at.call("GET", "toy/broken");
    assert.equal(broken.status, 500);
    assert.match(broken.text, /internal error \(request [0-9a-f-]{36}\)/);
    assert.doesNotMatch(broken.text, /detail/);
    const said = await at.call("POST", "toy/broken", { body: {} });
    assert.deepEqual([said.status, said.json], [400, { errors: ["said so"] }]);
    assert.equal(said.headers["x-bulkhead-code"], "request.invalid");
  }));

test("what Bulkhead does not offer is refused, never ignored", () =>
  withToy(async (at) => {
    for (const headers of [
      { "x-vault-namespace": "team" },
      { "x-vault-wrap-ttl": "-1" },
      { "x-vault-wrap-ttl": "60", "x-vault-wrap-format": "jwt" },
      { "x-vault-inline-auth-path": "auth/approle/login" },
      { "x-vault-inline-auth-namespace": "team" },
      { "x-vault-inline-auth-mount": "approle" },
      { "x-vault-mfa": "code" },
      { "x-vault-policy-override": "true" },
    ])
      assert.equal((await at.call("GET", "sys/health", { headers })).status, 400, JSON.stringify(headers));
    for (const name of ["constructor", "tostring", "__proto__"])
      assert.equal((await at.call("GET", "sys/health", { headers: { [name]: "x" } })).status, 200, name);
    const allowed = await at.call("GET", "sys/mounts", {
      headers: {
        "x-vault-namespace": "",
        "x-vault-wrap-ttl": "",
        "x-vault-request": "true",
        "x-vault-policy-override": "false",
        "x-vault-index": "v1:whatever",
        "x-vault-inconsistent": "forward-active-node",
      },
    });
    assert.equal(allowed.status, 200);
  }));

test("hostile paths and bodies", () =>
  withToy(async (at) => {
    for (const path of [
      "toy/../sys/mounts",
      "toy/./item",
      "toy/item/..",
      "toy/item/a\0b",
      "toy/\n",
      "x".repeat(3_000),
      "\ud800",
    ])
      assert.equal((await at.call("GET", path)).status, 400, JSON.stringify(path.slice(0, 20)));
    for (const path of ["", "/", "//", "toy", "toy/", "sys", "auth"])
      assert.equal((await at.call("GET", path)).status, 404, JSON.stringify(path));
    assert.equal((await at.call("GET", "//sys//health")).status, 200);
    for (const body of [
      "[]",
      "1",
      '"x"',
      "{",
      "{}x",
      '{"a":}',
      "\xff",
      `${"[".repeat(300)}${"]".repeat(300)}`,
    ])
      assert.equal((await at.call("POST", "toy/item/a", { body })).status, 400, body.slice(0, 10));
    assert.equal((await at.call("POST", "toy/item/a", { body: "null" })).status, 204);
    assert.equal((await at.call("POST", "toy/item/b", { body: '{"count":"many"}' })).status, 400);
    assert.equal((await at.call("POST", "toy/item/b", { body: '{"value":{"a":1}}' })).status, 400);
  }));

test("the body is zeroed after use", () =>
  withToy(async (at) => {
    const body = Buffer.from('{"value":"a secret value"}');
    await at.kernel.handle({
      method: "POST",
      path: "toy/item/z",
      query: new URLSearchParams(),
      headers: { authorization: `Bearer ${at.root}` },
      body,
      remote: "local",
    });
    assert.ok(body.every((byte) => byte === 0));
  }));

test("help on any path, with a token only", () =>
  withToy(async (at) => {
    const made = await at.call("POST", "auth/token/create", { body: { policies: ["none"] } });
    const token = String(made.json.auth?.client_token);
    const help = await at.call("GET", "toy/item/a", { token, query: { help: "1" } });
    assert.equal(help.status, 200);
    assert.match(String(help.json.help), /toy\/item\/\{name\}/);
    assert.equal((await at.call("GET", "sys/health", { token: null, query: { help: "1" } })).status, 403);
    for (const path of ["sys/health", "sys/wrapping/unwrap"])
      assert.equal((await at.call("GET", path, { token, query: { help: "1" } })).status, 200, path);
    assert.equal(
      (await at.call("GET", "sys/health", { token: "hvs.unknown" })).status,
      200,
      "where none is needed",
    );
    for (const [wrapped, code] of [
      [5, "wrapping.invalid"],
      ["none", "wrapping.invalid"],
      ["", "wrapping.no-token"],
    ] as const) {
      const refused = await at.call("POST", "sys/wrapping/unwrap", { body: { token: wrapped } });
      assert.equal(refused.headers["x-bulkhead-code"], code, String(wrapped));
    }
    const guarded = await at.call("GET", "toy/protected", { token, query: { help: "1" } });
    assert.equal(guarded.status, 200, "help on what needs sudo needs none");
    assert.equal((await at.call("GET", "toy/protected", { token })).status, 403, "the thing itself does");
  }));

test("sealed: 503 for all but the seal's own paths, and all works again after unsealing", () =>
  withToy(async (at) => {
    assert.equal((await at.call("PUT", "sys/seal")).status, 204);
    assert.equal(at.kernel.sealed, true);
    const read = await at.call("GET", "toy/item/a");
    assert.deepEqual([read.status, read.json], [503, { errors: ["Vault is sealed"] }]);
    assert.equal((await at.call("GET", "sys/mounts")).status, 503);
    assert.equal((await at.call("GET", "sys/health", { token: null })).status, 503);
    assert.equal(
      (await at.call("GET", "sys/health", { token: null, query: { sealedcode: "299" } })).status,
      299,
    );
    const help = await at.call("GET", "sys/seal-status", { token: null, query: { help: "1" } });
    assert.equal(help.status, 503, "nobody is known who could ask for help");
    const status = await at.call("GET", "sys/seal-status", { token: null });
    assert.equal(status.json.sealed, true as unknown);
    assert.equal((await at.call("PUT", "sys/unseal", { token: null, body: { key: "00" } })).status, 400);
    await at.kernel.unseal(at.rootKey);
    assert.equal((await at.call("GET", "sys/mounts")).status, 200);
  }));

test("what a rule says of wrapping and of lists holds for the request", () =>
  withToy(async (at) => {
    await at.call("POST", "sys/mounts/secret", { body: { type: "kv", options: { version: "2" } } });
    for (const name of ["a", "b", "c"])
      await at.call("POST", `secret/data/${name}`, { body: { data: { k: name } } });
    for (const name of ["least", "most"]) await at.call("POST", `toy/item/${name}`, { body: {} });
    const policy = `
      path "secret/metadata/" { capabilities = ["list"] pagination_limit = 2 }
      path "toy/item/least"   { capabilities = ["read"] min_wrapping_ttl = "5s" }
      path "toy/item/most"    { capabilities = ["read"] max_wrapping_ttl = "60s" }`;
    await at.call("POST", "sys/policies/acl/bounds", { body: { policy } });
    const made = await at.call("POST", "auth/token/create", { body: { policies: ["bounds"] } });
    const token = String(made.json.auth?.client_token);
    const list = async (query: Record<string, string> = {}): Promise<unknown> =>
      (await at.call("LIST", "secret/metadata/", { token, query })).json.data?.keys;
    assert.deepEqual(await list(), ["a", "b"], "who asks for no limit gets the rule's");
    assert.deepEqual(await list({ limit: "1" }), ["a"]);
    assert.equal(await list({ limit: "3" }), undefined, "more is refused");
    assert.deepEqual((await at.call("LIST", "secret/metadata/")).json.data?.keys, ["a", "b", "c"]);
    const read = async (name: string, wrap?: string): Promise<number> =>
      (await at.call("GET", `toy/item/${name}`, { token, headers: wrap ? { "x-vault-wrap-ttl": wrap } : {} }))
        .status;
    assert.deepEqual(
      [await read("least"), await read("least", "4s"), await read("least", "5s")],
      [403, 403, 200],
    );
    assert.deepEqual(
      [await read("most"), await read("most", "61s"), await read("most", "60s")],
      [403, 403, 200],
    );
  }));

test("what fails inside is told to the operator once, what is refused is not", async (context) => {
  const toy = toyEngine();
  const seen: unknown[] = [];
  const at = await openTestKernel({ engines: [toy.plugin], onInternalError: (error) => seen.push(error) });
  context.after(() => at.close());
  await at.call("POST", "sys/mounts/toy", { body: { type: "toy" } });
  assert.equal((await at.call("POST", "toy/broken", { body: {} })).status, 400);
  assert.equal(seen.length, 0);
  const failed = await at.call("GET", "toy/broken");
  assert.equal(failed.status, 500);
  assert.doesNotMatch(failed.text, /internal detail/);
  assert.equal(seen.length, 1);
});

test("built-in policies stay what they are", () =>
  withToy(async (at) => {
    const policy = 'path "*" { capabilities = ["read"] }';
    for (const name of ["root", "ROOT", "response-wrapping"]) {
      assert.equal(
        (await at.call("POST", `sys/policies/acl/${name}`, { body: { policy } })).status,
        400,
        name,
      );
      assert.equal((await at.call("DELETE", `sys/policies/acl/${name}`)).status, 400, name);
    }
    assert.equal((await at.call("DELETE", "sys/policies/acl/default")).status, 400);
    assert.equal((await at.call("POST", "sys/policies/acl/default", { body: { policy } })).status, 204);
  }));
