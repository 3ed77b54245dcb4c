/**
 * The whole route table under hostile input: every declared path and operation of every plug-in, with fields of right and wrong
 * types, missing, huge, doubled and unknown ones, as root, as somebody with no rights, and without a token. Nothing is an internal
 * error, nothing hangs, no answer's errors and no log line hold a value that was sent as a secret.
 */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import fc from "fast-check";
import { authMethods } from "../../src/auth/index.ts";
import type { ApiMethod } from "../../src/core/ports/api.ts";
import { engines } from "../../src/engines/index.ts";
import type { FieldType, Operation, PathDeclaration } from "../../src/kernel/plugin.ts";
import type { DeclaredMount } from "../../src/kernel/services.ts";
import { type TestKernel, openTestKernel } from "../support/kernel.ts";
import { loopbackOnly } from "../support/loopback-only.ts";
import { scale } from "../support/scale.ts";

/** Would end the test's own server. */
const LEFT_OUT = /^sys\/(seal|step-down)$/;
/** Looked for wherever it must not be. */
const CANARY = `canary${randomBytes(12).toString("hex")}`;
const LIMIT_MS = 60_000;
const METHODS: Readonly<Record<Operation, ApiMethod>> = {
  create: "POST",
  update: "PUT",
  read: "GET",
  list: "LIST",
  scan: "SCAN",
  delete: "DELETE",
  patch: "PATCH",
};

/** Nothing here leads off this machine: addresses are loopback's, names resolve to nothing. */
const HOSTILE: readonly unknown[] = [
  "",
  " ",
  "a",
  "root",
  "..",
  "../../core/keyring",
  "%2e%2e%2f",
  "a/b/c",
  "*",
  "+",
  "{{identity.entity.id}}",
  "\u0000",
  "\u202e\ud83d\ude00",
  "x".repeat(1_200),
  "-1",
  "0",
  "1h",
  "9".repeat(40),
  "true",
  "null",
  "http://127.0.0.1:1/",
  "postgres://u:p@127.0.0.1:1/d",
  "127.0.0.1/33",
  "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----",
  "eyJhbGciOiJub25lIn0.e30.",
  'path "a" { capabilities = [',
  "__proto__",
  "constructor",
  "toString",
  0,
  -1,
  1.5,
  1e308,
  2 ** 53,
  true,
  false,
  null,
  [],
  [[[]]],
  ["a", 1, null],
  {},
  { a: { b: { c: [] } } },
  { __proto__: { x: 1 } },
];
const hostile = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 1, arbitrary: fc.string({ maxLength: 60, unit: "binary" }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);
const RIGHT: Readonly<Record<FieldType, fc.Arbitrary<unknown>>> = {
  string: fc.constantFrom("a", "name", "default", "2026-01-01T00:00:00Z", "service", "rsa-2048"),
  int: fc.constantFrom(0, 1, 2, 100),
  bool: fc.boolean(),
  duration: fc.constantFrom(0, 60, "1h", "30s"),
  strings: fc.constantFrom([], ["a"], "a,b"),
  map: fc.constantFrom({}, { a: "b" }),
  json: fc.constantFrom({}, { a: "b" }, "a", 1, []),
  secret: fc.constantFrom(CANARY, `${CANARY}.x`),
};

interface Route {
  readonly mount: DeclaredMount;
  readonly declaration: PathDeclaration;
  readonly operation: Operation;
}

async function everything(kernel: TestKernel): Promise<Route[]> {
  for (const { type, builtinAt } of engines)
    if (builtinAt === undefined) await kernel.call("POST", `sys/mounts/x-${type}`, { body: { type } });
  for (const { type, builtinAt } of authMethods)
    if (builtinAt === undefined) await kernel.call("POST", `sys/auth/x-${type}`, { body: { type } });
  const mounts = await kernel.kernel.services.mounts.declared();
  return mounts.flatMap((mount) =>
    mount.paths.flatMap((declaration) =>
      (Object.keys(declaration.operations) as Operation[])
        .map((operation) => ({ mount, declaration, operation }))
        .filter(() => !LEFT_OUT.test(mount.info.path + declaration.pattern)),
    ),
  );
}

interface Hostile {
  readonly segment: readonly string[];
  readonly body: Readonly<Record<string, unknown>>;
  readonly text: string | null;
  readonly query: Readonly<Record<string, string>>;
  readonly who: "root" | "nobody" | "none";
}

const SEGMENTS = [
  "a",
  "default",
  "name",
  "..",
  "%2e%2e",
  "a b",
  "\u00e4",
  "x".repeat(300),
  "*",
  "+",
  "1",
  ".",
  "a:b",
  "-",
];
const BODIES = [
  '{"a":',
  "[]",
  '"x"',
  "nul",
  '{"a":1,"a":2}',
  `{"a":${"[".repeat(2_000)}${"]".repeat(2_000)}}`,
  '{"\\ud800":1}',
  "\ufeff{}",
];

function requestsFor({ declaration }: Route): fc.Arbitrary<Hostile> {
  const fields = Object.fromEntries(
    Object.entries(declaration.fields ?? {}).map(([name, { type }]) => [
      name,
      type === "secret"
        ? fc.oneof(RIGHT.secret, fc.constantFrom<unknown>(CANARY, [CANARY], { a: CANARY }, "", 1, null))
        : fc.oneof({ weight: 2, arbitrary: RIGHT[type] }, { weight: 3, arbitrary: hostile }),
    ]),
  );
  return fc.record({
    segment: fc.array(fc.constantFrom(...SEGMENTS), { minLength: 4, maxLength: 4 }),
    body: fc
      .tuple(
        fc.record(fields, { requiredKeys: [] }),
        fc.dictionary(fc.constantFrom("extra", "__proto__", "data"), hostile, { maxKeys: 1 }),
      )
      .map(([known, more]) => ({ ...more, ...known })),
    text: fc.option(fc.constantFrom(...BODIES), { freq: 12 }),
    query: fc.constantFrom<Record<string, string>>(
      {},
      {},
      {},
      { list: "true" },
      { version: "-1" },
      { help: "1" },
      { a: "b" },
    ),
    who: fc.constantFrom<Hostile["who"]>("root", "root", "root", "nobody", "none"),
  });
}

function pathOf({ mount, declaration }: Route, segment: readonly string[]): string {
  let used = 0;
  const rest = declaration.pattern.replace(/\{\w+\*?\}/g, () => segment[used++ % segment.length] ?? "a");
  return mount.info.path + rest;
}

/** What of an answer could tell a secret by mistake: its errors and warnings, and the advice in its headers. */
const saidBy = (text: string, headers: Readonly<Record<string, string>>): string => {
  if (!text.startsWith("{")) return "";
  const { errors, warnings } = JSON.parse(text) as { errors?: unknown; warnings?: unknown };
  return JSON.stringify([errors, warnings]) + decodeURIComponent(headers["x-bulkhead-hint"] ?? "");
};

test("no route fails inside, hangs, or tells a secret in an error", {
  timeout: 1_800_000,
}, async (context) => {
  const internal: string[] = [];
  let asking = "";
  const kernel = await openTestKernel({
    onInternalError: (error) =>
      internal.push(`${asking}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
  });
  const network = loopbackOnly();
  context.after(async () => {
    await kernel.close();
    network.undo();
  });
  const nobody = await kernel.call("POST", "auth/token/create", {
    body: { policies: ["default"], ttl: "24h" },
  });
  const tokens = { root: undefined, nobody: String(nobody.json.auth?.client_token), none: null };
  const routes = await everything(kernel);
  assert.ok(routes.length > 150, `${routes.length} routes`);
  const statuses = new Map<number, number>();
  for (const route of routes) {
    const ask = async ({ segment, body, text, query, who }: Hostile): Promise<void> => {
      const token = tokens[who];
      const path = pathOf(route, segment);
      asking = `${METHODS[route.operation]} ${path.slice(0, 200)} ${text ?? JSON.stringify(body).slice(0, 600)}`;
      const timer = setTimeout(() => {
        throw new Error(`no answer within a minute: ${asking}`);
      }, LIMIT_MS);
      const writes = ["create", "update", "patch"].includes(route.operation);
      const answer = await rawCall(kernel, METHODS[route.operation], path, {
        ...(token === undefined ? {} : { token }),
        ...(writes ? { body: text ?? body } : {}),
        query,
      });
      clearTimeout(timer);
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      assert.ok(answer.status !== 500, `${asking}: ${answer.text.slice(0, 300)}\n${internal.at(-1) ?? ""}`);
      assert.ok(!saidBy(answer.text, answer.headers).includes(CANARY), asking);
      if (who !== "root" && route.declaration.unauthenticated !== true && query.help === undefined)
        assert.ok(answer.status >= 400 || who === "nobody", `${who} was let in: ${asking}`);
    };
    await fc.assert(fc.asyncProperty(requestsFor(route), ask), {
      numRuns: scale(6, 300),
      endOnFailure: true,
    });
  }
  context.diagnostic(
    `${routes.length} routes; hosts that were asked for: ${[...network.refused].join(", ") || "none"}`,
  );
  assert.deepEqual(internal, []);
  assert.ok((statuses.get(200) ?? 0) > 100 && (statuses.get(400) ?? 0) > 100, "both good and bad went in");
  for (const name of readdirSync(kernel.auditFolder))
    assert.ok(!readFileSync(join(kernel.auditFolder, name), "latin1").includes(CANARY), `audit log ${name}`);
});

async function rawCall(
  kernel: TestKernel,
  method: ApiMethod,
  path: string,
  options: {
    readonly token?: string | null;
    readonly body?: unknown;
    readonly query: Readonly<Record<string, string>>;
  },
): Promise<{
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}> {
  const { token = kernel.root, body, query } = options;
  const response = await kernel.kernel.handle({
    method,
    path,
    query: new URLSearchParams(query),
    headers: {
      ...(token === null ? {} : { "x-vault-token": token }),
      ...(method === "PATCH" ? { "content-type": "application/merge-patch+json" } : {}),
    },
    body: body === undefined ? null : Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
    remote: "127.0.0.1",
  });
  const text = Buffer.concat([...response.body]).toString("utf8");
  return { status: response.status, text, headers: response.headers };
}
