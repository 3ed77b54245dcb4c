/** What keys may do, asked of servers that answer as the documented APIs do; hostile answers conclude nothing and say nothing of the key. */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { fake } from "../../test/support/fake.ts";
import {
  type ProtocolAnswer,
  type ProtocolRequest,
  protocolServer,
} from "../../test/support/protocol-server.ts";
import { Secret } from "../core/secret.ts";
import { providers } from "../providers/index.ts";
import { fieldsOf, providerById } from "../providers/lookup.ts";
import { RequestFailure, boundedRequest } from "./request.ts";
import { askRights, isPersons } from "./scopes.ts";

async function asked(
  t: TestContext,
  id: string,
  answer: (request: ProtocolRequest) => ProtocolAnswer,
  value = fake("x", 30),
) {
  const provider = providerById(id);
  assert.ok(provider);
  const server = await protocolServer(answer);
  t.after(() => server.stop());
  const address = (url: string): string => server.address + new URL(url).pathname;
  const part = /\{([a-z_]+)\}/.exec(JSON.stringify(provider.scopes?.headers))?.[1] ?? "value";
  const said = await askRights(provider, new Map([[part, Secret.copy(value)]]), { address, timeout: 1_500 });
  return { said, request: server.asked[0] };
}

test("every description names a host of its provider, a part it has, and the page that says so", () => {
  const described = providers.filter(({ scopes }) => scopes !== undefined);
  assert.ok(described.length >= 6);
  for (const provider of described) {
    const { id, hosts, scopes } = provider;
    const url = new URL(scopes?.url ?? "");
    assert.equal(url.protocol, "https:", id);
    assert.ok(hosts.includes(url.hostname), `${id}: ${url.hostname}`);
    assert.match(scopes?.cite ?? "", /^https:\/\//, id);
    const parts = fieldsOf(provider).map(({ name }) => name);
    for (const [, part] of JSON.stringify(scopes?.headers).matchAll(/\{([a-z_]+)\}/g))
      assert.ok(parts.length === 0 ? part === "value" : parts.includes(part ?? ""), `${id}: ${part}`);
  }
});

test("scopes become rights in our words, whatever the provider calls them", async (t) => {
  const rights = async (id: string, answer: ProtocolAnswer): Promise<unknown> =>
    (await asked(t, id, () => answer)).said.rights;
  const header = (text: string): ProtocolAnswer => ({ headers: { "x-oauth-scopes": text }, body: {} });
  assert.deepEqual(await rights("github", header("repo, read:org")), ["read", "write"]);
  assert.deepEqual(await rights("github", header("write:packages, admin:org, delete_repo")), [
    "admin",
    "delete",
    "publish",
  ]);
  assert.deepEqual(await rights("github", header("")), ["read"], "no scope: what everybody may");
  assert.deepEqual(await rights("github", { body: {} }), null, "a fine-grained token tells nothing");
  assert.deepEqual(await rights("gitlab", { body: { scopes: ["read_api", "write_registry"] } }), [
    "publish",
    "read",
  ]);
  const hub = (accessToken: object, type = "user"): ProtocolAnswer => ({
    body: { type, auth: { accessToken } },
  });
  assert.deepEqual(await rights("huggingface", hub({ role: "write" })), ["read", "write"]);
  const scoped = [{ permissions: ["inference.serverless.write"] }, { permissions: ["repo.content.read"] }];
  assert.deepEqual(await rights("huggingface", hub({ role: "fineGrained", fineGrained: { scoped } })), [
    "inference",
    "read",
  ]);
  assert.deepEqual(await rights("slack", header("chat:write,channels:history,odd")), [
    "odd",
    "read",
    "write",
  ]);
  assert.deepEqual(await rights("replicate", { body: { type: "organization" } }), null);
  assert.deepEqual(await rights("airtable", { body: { scopes: ["data.records:read"] } }), ["read"]);
  const { request } = await asked(t, "gitlab", () => ({ body: {} }), "key-1");
  assert.deepEqual([request?.method, request?.headers["private-token"]], ["GET", "key-1"]);
  const odd = await asked(t, "github", () => header("__proto__, constructor"));
  assert.deepEqual(odd.said.rights, ["__proto__", "constructor"]);
});

test("a person's key is known by its form, or by what its provider says", async (t) => {
  const github = providerById("github");
  const openai = providerById("openai");
  assert.ok(github && openai);
  const personal = `github_pat_${fake("", 22)}_${fake("", 59)}`;
  assert.ok(isPersons(github, Secret.copy(personal)));
  assert.ok(!isPersons(github, Secret.copy(`${personal}x`)), "the whole value");
  assert.ok(!isPersons(openai, Secret.copy(fake("sk-proj-", 48))));
  const answer = (type: string) => asked(t, "huggingface", () => ({ body: { type } }));
  assert.deepEqual([(await answer("user")).said.person, (await answer("org")).said.person], [true, false]);
  const none = providerById("wandb");
  assert.ok(none && none.scopes === undefined);
  assert.equal(
    (await askRights(none, new Map([["value", Secret.copy("x")]]))).rights,
    null,
    "nothing is sent",
  );
});

test("a refusal, a flood, a redirect or rubbish conclude nothing, and no error holds the key", async (t) => {
  const key = fake("glpat-", 20);
  const other = await protocolServer(() => ({ body: { scopes: ["read_api"] } }));
  t.after(() => other.stop());
  const answers: readonly [string, (request: ProtocolRequest) => ProtocolAnswer][] = [
    ["refused", () => ({ status: 401, body: { message: key } })],
    ["flood", () => ({ body: Buffer.alloc(2_000_000) })],
    ["redirect", () => ({ status: 302, headers: { location: other.address } })],
    ["broken", () => ({ broken: true })],
    ["late", () => new Promise<never>(() => undefined) as never],
  ];
  for (const [what, answer] of answers)
    await assert.rejects(asked(t, "gitlab", answer, key), (error: unknown) => {
      assert.ok(error instanceof RequestFailure, what);
      assert.ok(!String(error.stack).includes(key), what);
      return true;
    });
  assert.equal(other.asked.length, 0, "no redirect is followed");
  for (const body of ["[]", "null", '{"scopes":{"*":1}}', "<html>", '{"scopes":[1,null,["a"]]}'])
    assert.equal((await asked(t, "gitlab", () => ({ body }), key)).said.rights, null, body);
  await assert.rejects(
    asked(t, "gitlab", () => ({ body: {} }), "a\r\nX-Evil: 1"),
    /cannot stand in a request/,
  );
});

test("a request goes to the provider's hosts over https, and nowhere else", async () => {
  const ask = (url: string, hosts?: readonly string[]) =>
    boundedRequest({
      method: "GET",
      url,
      headers: {},
      ...(hosts !== undefined && { hosts }),
      timeout: 2_000,
    });
  for (const url of [
    "http://api.example/",
    "https://user:x@127.0.0.1:1/",
    "https://169.254.169.254/",
    "file:///etc/passwd",
    "nothing",
  ])
    await assert.rejects(ask(url), RequestFailure, url);
  await assert.rejects(ask("https://evil.example/", ["api.github.com"]), /not one of the provider's hosts/);
});
