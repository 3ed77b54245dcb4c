import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { fake } from "../../../test/support/fake.ts";
import { Secret } from "../../core/secret.ts";
import { parseAddress } from "./address.ts";

const parse = (text: string) => parseAddress(Secret.copy(text));

test("an address is read; its name shows neither user nor password", () => {
  const password = fake("p@ss:/?#%", 20);
  const parsed = parse(
    `postgres://ann%40x:${encodeURIComponent(password)}@db.example.com:6432/app?schema=blue\n`,
  );
  assert.equal(parsed.password?.revealText(), password);
  assert.equal(parsed.user, "ann@x");
  assert.equal(parsed.name, "postgres://db.example.com:6432/app?schema=blue");
  const { host, port, database, schema } = parse("postgresql://[::1]/app");
  assert.deepEqual(
    { host, port, database, schema },
    { host: "::1", port: 5432, database: "app", schema: "bulkhead" },
  );
  assert.equal(parse("postgres:///app?host=/run/postgresql&user=ann").host, "/run/postgresql");
  assert.equal(parse("postgres://ann@%2Frun%2Fpostgresql/app").host, "/run/postgresql");
});

test("in clear on loopback and sockets only, unless the address says so", () => {
  for (const host of ["localhost", "127.0.0.1", "127.9.9.9", "[::1]", "%2Frun%2Fpg"])
    assert.equal(parse(`postgres://${host}/app`).tls, false, host);
  for (const host of ["db.example.com", "10.0.0.1", "[2001:db8::1]", "localhost.example.com", "0.0.0.0"]) {
    const { tls } = parse(`postgres://${host}/app`);
    assert.ok(
      tls !== false && tls.rejectUnauthorized === true && tls.checkServerIdentity === undefined,
      host,
    );
    assert.equal(parse(`postgres://${host}/app?sslmode=disable`).tls, false);
  }
  for (const mode of ["require", "verify-full"]) {
    const { tls } = parse(`postgres://localhost/app?sslmode=${mode}`);
    assert.ok(
      tls !== false && tls.rejectUnauthorized === true && tls.checkServerIdentity === undefined,
      mode,
    );
  }
});

test("what is not understood is refused, and never repeated", () => {
  const password = fake("pw-", 20);
  const near = `postgres://ann:${password}@localhost`;
  for (const text of [
    `${near}`,
    `${near}/`,
    `${near}/app?sslmode=prefer`,
    `${near}/app?sslmode=no-verify`,
    `${near}/app?sslmode=toString`,
    `${near}/app?sslmode=verify-ca`,
    `${near}/app?sslmode=disable&sslrootcert=/x`,
    `${near}/app?sslcert=/dev/null`,
    `${near}/app?options=-c%20fsync=off`,
    `${near}/app?schema=a&schema=b`,
    `${near}/app?schema=a"b`,
    `${near}/app?schema=Public`,
    `${near}/app#x`,
    `${near}:x/app`,
    `postgres://ann:${password}#x@localhost/app`,
    `postgres://ann:%zz${password}@localhost/app`,
    `postgres:///app`,
    password,
    "",
  ])
    assert.throws(
      () => parse(text),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, "store.bad-address", text);
        return !`${error.stack}`.includes(password);
      },
      text,
    );
  assert.throws(() => parse(`${near}/app?sslrootcert=/not/there`), { code: "io.failed" });
});

test("any text is read or refused in one way", () => {
  const piece = fc.constantFrom(
    "postgres://",
    "@",
    ":",
    "/",
    "?",
    "#",
    "%41",
    "%",
    "a",
    "[",
    "]",
    "sslmode=",
    "&",
    "\u0000",
    "é",
  );
  const code = (error: unknown): unknown => (error as { code?: unknown }).code;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      try {
        parse(pieces.join(""));
      } catch (error) {
        assert.equal(code(error), "store.bad-address", String(error));
      }
    }),
    { numRuns: 500 },
  );
});
