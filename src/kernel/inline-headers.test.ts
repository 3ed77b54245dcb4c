/** The headers of an inline login: what they say, and everything that is not exactly that. */
import assert from "node:assert/strict";
import test from "node:test";
import { inlineLogin } from "./inline-headers.ts";

const PREFIX = "x-vault-inline-auth-";
const coded = (json: string): string => Buffer.from(json).toString("base64url");
const parameter = (key: string, value: unknown): string => coded(JSON.stringify({ key, value }));
const of = (more: Readonly<Record<string, string>>) =>
  inlineLogin(
    Object.fromEntries(
      Object.entries({ path: "auth/x/login", ...more }).map(([name, value]) => [PREFIX + name, value]),
    ),
  );

test("a login is its path, its operation and its parameters", () => {
  assert.equal(inlineLogin({ "x-vault-token": "t" }), null);
  const bare = of({});
  assert.deepEqual(
    [bare?.path, bare?.operation, bare?.body.bytes.toString()],
    ["auth/x/login", "update", "{}"],
  );
  const one = of({
    operation: " read ",
    namespace: "",
    parameter: parameter("a", 1),
    "parameter-b": parameter("b", ["x"]),
  });
  assert.deepEqual([one?.operation, one?.body.bytes.toString()], ["read", '{"a":1,"b":["x"]}']);
  const many = Object.fromEntries(
    Array.from({ length: 64 }, (_, n) => [`parameter-${n}`, parameter(`k${n}`, n)]),
  );
  assert.ok(of(many));
  const invalid = { code: "inline.invalid" };
  const bad: Readonly<Record<string, string>>[] = [
    { path: "" },
    { path: " " },
    { operation: "delete" },
    { operation: "" },
    { ...many, "parameter-more": parameter("more", 1) },
    { "parameter-1": parameter("a", 1), "parameter-2": parameter("a", 2) },
    { parameter: `${coded('{"key":"aa","value":1}')}=` },
    { parameter: "" },
    { parameter: "a b" },
    { parameter: `${parameter("a", 1)}A` },
    { parameter: coded("{") },
    { parameter: coded("[]") },
    { parameter: coded('"x"') },
    { parameter: coded("null") },
    { parameter: coded("7") },
    { parameter: coded('["key","value"]') },
    { parameter: coded('[{"key":"a","value":1}]') },
    { parameter: coded('{"value":1}') },
    { parameter: coded('{"key":1,"value":1}') },
    { parameter: coded('{"key":"a"}') },
  ];
  for (const headers of bad) assert.throws(() => of(headers), invalid, JSON.stringify(headers).slice(0, 80));
  for (const unknown of ["mount", "parameters", "paths"])
    assert.throws(() => of({ [unknown]: "x" }), { code: "request.unsupported-header" }, unknown);
});
