/** One request from what came over the wire: each rule with what it takes and what it refuses. */
import assert from "node:assert/strict";
import test from "node:test";
import type { ApiMethod, ApiRequest } from "../core/ports/api.ts";
import { BODY_LIMIT, auditPath, parseRequest } from "./request.ts";

const asked = (more: Partial<ApiRequest> = {}): ApiRequest => ({
  method: "GET",
  path: "secret/a",
  query: new URLSearchParams(),
  headers: {},
  body: null,
  remote: "10.0.0.1",
  ...more,
});
const parse = (more: Partial<ApiRequest> = {}) => parseRequest(asked(more));
const refused = (more: Partial<ApiRequest>, code: string, name?: string): void =>
  assert.throws(() => parse(more), { code }, name);
const query = (text: string): Partial<ApiRequest> => ({ query: new URLSearchParams(text) });
const body = (text: string): Partial<ApiRequest> => ({ method: "POST", body: Buffer.from(text) });

test("what a method means, and what a query makes of a GET", () => {
  const operation = (method: string, text = ""): string =>
    parse({
      method: method as ApiMethod,
      ...query(text),
      headers: { "content-type": "application/merge-patch+json" },
    }).operation;
  const rows = {
    GET: "read",
    HEAD: "read",
    POST: "update",
    PUT: "update",
    DELETE: "delete",
    PATCH: "patch",
    LIST: "list",
    SCAN: "scan",
  };
  for (const [method, wanted] of Object.entries(rows)) assert.equal(operation(method), wanted, method);
  for (const yes of ["1", "t", "T", "true", "TRUE"])
    assert.equal(operation("GET", `list=${yes}`), "list", yes);
  for (const no of ["", "0", "false", "yes", "truer"])
    assert.equal(operation("GET", `list=${no}`), "read", no);
  assert.equal(operation("GET", "scan=true"), "scan");
  assert.equal(operation("GET", "list=true&scan=true"), "list");
  assert.equal(operation("POST", "list=true"), "update");
  assert.deepEqual([parse().headOnly, parse({ method: "HEAD" }).headOnly], [false, true]);
  assert.deepEqual(
    [parse().help, parse(query("help=1")).help, parse(query("help=0")).help],
    [false, true, false],
  );
  refused({ method: "TRACE" as ApiMethod }, "request.unsupported-operation");
});

test("a path: one form, whole segments, no tricks", () => {
  const path = (text: string, method: ApiMethod = "GET"): string => parse({ path: text, method }).path;
  assert.equal(path("/secret//a///b"), "secret/a/b");
  assert.equal(path("secret/a/"), "secret/a/");
  assert.equal(path("secret/a", "LIST"), "secret/a/");
  assert.equal(path("secret/a/", "LIST"), "secret/a/");
  assert.equal(path("secret/a", "SCAN"), "secret/a/");
  assert.equal(path("secret/..a/b..c/.../.d"), "secret/..a/b..c/.../.d");
  assert.equal(path("a".repeat(2_048)).length, 2_048);
  for (const bad of [
    "a/../b",
    "..",
    "../a",
    "a/..",
    "a/./b",
    ".",
    "a/.",
    "a//..//b",
    "a\nb",
    "a\0",
    "a\x7f",
    "a\ud800",
    "a".repeat(2_049),
    "é".repeat(1_025),
  ])
    refused({ path: bad }, "request.invalid", JSON.stringify(bad).slice(0, 40));
  assert.equal(auditPath("x".repeat(3_000)).length, 2_048);
});

test("a token in either header; nothing is no token", () => {
  const token = (headers: Readonly<Record<string, string>>): string | undefined =>
    parse({ headers }).token?.revealText();
  assert.equal(token({ "x-vault-token": " t " }), "t");
  assert.equal(token({ authorization: "Bearer t" }), "t");
  assert.equal(token({ authorization: "bearer   t  " }), "t");
  assert.equal(token({ "x-vault-token": "a", authorization: "Bearer b" }), "a");
  assert.equal(token({ "x-vault-token": " ", authorization: "Bearer b" }), "b");
  for (const none of [
    {},
    { "x-vault-token": "" },
    { authorization: "Basic dDp0" },
    { authorization: "Bearer a b" },
    { authorization: "Bearer" },
  ])
    assert.equal(parse({ headers: none as Record<string, string> }).token, null, JSON.stringify(none));
});

test("a body is one object, within its bounds; a few paths take something else", () => {
  assert.equal(parse({ method: "POST" }).body, null);
  assert.equal(parse(body("")).body, null);
  assert.equal(parse(body("null")).body, null);
  const some = parse(body('{"a":1}'));
  assert.deepEqual(
    [some.body?.bytes.toString(), [...some.members.keys()], some.rawBody],
    ['{"a":1}', ["a"], null],
  );
  for (const bad of ["[]", '"x"', "1", "true"]) refused(body(bad), "request.malformed", bad);
  refused(body("{"), "request.malformed");
  const named = (count: number, length = 4): Partial<ApiRequest> =>
    body(`{${Array.from({ length: count }, (_, n) => `"${String(n).padStart(length, "n")}":1`).join(",")}}`);
  assert.equal(parse(named(1_000)).members.size, 1_000);
  refused(named(1_001), "request.invalid");
  assert.equal(parse(named(1, 64 * 1_024)).members.size, 1);
  refused(named(1, 64 * 1_024 + 1), "request.invalid");
  for (const path of ["sys/storage/raft/snapshot", "sys/storage/raft/snapshot-force"]) {
    const raw = parse({ ...body("no json"), path });
    assert.deepEqual([raw.body, raw.rawBody?.toString(), raw.members.size], [null, "no json", 0]);
  }
});

test("a body of the largest size is read, a byte more is not", () => {
  const space = (size: number): Partial<ApiRequest> => ({
    method: "POST",
    body: Buffer.concat([Buffer.alloc(size - 2, " "), Buffer.from("{}")]),
  });
  assert.notEqual(parse(space(BODY_LIMIT)).body, null);
  refused(space(BODY_LIMIT + 1), "request.too-large");
});

test("a patch is a merge patch", () => {
  const patch = (type?: string) => ({
    method: "PATCH" as const,
    headers: type === undefined ? {} : { "content-type": type },
  });
  for (const good of ["application/merge-patch+json", "Application/Merge-Patch+JSON; charset=utf-8"])
    assert.equal(parse(patch(good)).operation, "patch");
  for (const bad of [undefined, "", "application/json", "application/json-patch+json"])
    refused(patch(bad), "request.unsupported-media", bad);
});

test("how long an answer is to be wrapped", () => {
  const ttl = (text: string): number => parse({ headers: { "x-vault-wrap-ttl": text } }).wrapTtl;
  assert.deepEqual(
    [parse().wrapTtl, ttl(""), ttl("0"), ttl("60"), ttl("1m30s"), ttl(" 5s "), ttl("1.5s")],
    [0, 0, 0, 60_000, 90_000, 5_000, 1_500],
  );
  for (const [bad, why] of [
    ["-5", "negative"],
    ["-1s", "negative"],
    ["1.5", "missing unit"],
    [".5", "missing unit"],
    [".", "missing unit"],
    ["soon", "not a duration"],
    ["5 s", "not a duration"],
  ] as const)
    assert.throws(
      () => ttl(bad),
      (error: Error) => error.message.includes(`X-Vault-Wrap-TTL header: `) && error.message.includes(why),
      bad,
    );
});

test("a header that changes the meaning and is not offered is refused, one that asks for nothing is not", () => {
  for (const [name, values] of Object.entries({
    "x-vault-namespace": ["", " ", "/", "root", "root/"],
    "x-vault-mfa": [""],
    "x-vault-policy-override": ["", "false"],
    "x-vault-wrap-format": [""],
    "x-vault-index": ["x"],
    "x-vault-request": ["true"],
    constructor: ["x"],
  }))
    for (const value of values) parse({ headers: { [name]: value } });
  for (const [name, value] of Object.entries({
    "x-vault-namespace": "team",
    "x-vault-inline-auth-namespace": "team",
    "x-vault-mfa": "x",
    "x-vault-policy-override": "true",
    "x-vault-wrap-format": "jwt",
  }))
    refused({ headers: { [name]: value } }, "request.unsupported-header", name);
});

test("an inline login goes with no token, and its path is read like any other", () => {
  const inline = { "x-vault-inline-auth-path": "/auth//x/login" };
  const read = parse({ headers: inline }).inline;
  assert.deepEqual([read?.path, read?.operation], ["auth/x/login", "update"]);
  assert.equal(parse().inline, null);
  refused({ headers: { ...inline, "x-vault-token": "t" } }, "inline.invalid");
  refused({ headers: { "x-vault-inline-auth-path": "auth/../sys" } }, "request.invalid");
});
