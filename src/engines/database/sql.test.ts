import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { ManualClock } from "../../core/clock.ts";
import { compileUsername } from "../username-template.ts";
import { parseConnectionUrl, shownUrl } from "./connection-url.ts";
import { postgresql } from "./drivers/postgresql.ts";
import { matchesGlob } from "./input.ts";
import { scramVerifier } from "./scram.ts";
import { fillStatement, splitStatements } from "./sql.ts";

const name = (text: string) => ({
  name: { text, as: "identifier" as const },
  password: { text, as: "literal" as const },
});

const credentials = {
  username: "a:b@c",
  password: "p@ss{{username}}/:?#",
  disableEscaping: false,
  tlsCa: "",
  tlsCertificate: "",
};

test("statements are cut at their semicolons, not within quotes, comments or parentheses", () => {
  for (const [text, parts] of [
    ["a; b ;", ["a", "b"]],
    ["; ;", []],
    ["-- only; a comment\n", []],
    ["/* a; /* b; */ c; */ d", ["/* a; /* b; */ c; */ d"]],
    ["select ';', \"x;\", $$a;b$$, $t$ $$ ; $t$; b", ["select ';', \"x;\", $$a;b$$, $t$ $$ ; $t$", "b"]],
    ["select E'a\\';b'; c", ["select E'a\\';b'", "c"]],
    ["select 'it''s;'; c", ["select 'it''s;'", "c"]],
    ["CREATE RULE r AS ON INSERT TO t DO (a; b); c", ["CREATE RULE r AS ON INSERT TO t DO (a; b)", "c"]],
    ["select a$b$c; d$b$", ["select a$b$c", "d$b$"]],
  ] as const)
    assert.deepEqual(splitStatements(text), parts, text);
  for (const open of ["select 'a", 'select "a', "/* a", "select E'a\\'"])
    assert.throws(() => splitStatements(open), { code: "database.template" }, open);
});

test("a value is quoted for the place it stands in", () => {
  const odd = `a'b"c`;
  for (const [template, filled] of [
    [`"{{name}}"`, `"a'b""c"`],
    [`'{{name}}'`, `'a''b"c'`],
    [`{{name}}`, `"a'b""c"`],
    [`PASSWORD {{password}};`, `PASSWORD 'a''b"c';`],
    [`-- {{name}}`, `-- {{name}}`],
    [`{{unknown}} {{ name }}`, `{{unknown}} {{ name }}`],
    [`{{constructor}} {{toString}}`, `{{constructor}} {{toString}}`],
  ] as const)
    assert.equal(fillStatement(template, name(odd)), filled);
  for (const template of [
    "app_{{name}}",
    "{{name}}_app",
    "{{name}}{{password}}",
    `{{name}}"x"`,
    `'x'{{password}}`,
    "$$ {{name}} $$",
  ])
    assert.throws(() => fillStatement(template, name(odd)), { code: "database.template" }, template);
  for (const bad of ["a\\b", "a\u0000b", "a\nb", "a\u0085b"])
    assert.throws(() => fillStatement(`'{{name}}'`, name(bad)), { code: "database.template" });
  assert.equal(fillStatement("$$ {{name}} $$", name("plain-1")), "$$ plain-1 $$");
  assert.throws(() => fillStatement("$x$ {{name}} $x$", name("a$x$b")), { code: "database.template" });
});

test("no value changes how a statement is cut", () => {
  const piece = fc.constantFrom(
    "'",
    '"',
    ";",
    "--",
    "/*",
    "*/",
    "$$",
    "$x$",
    "a",
    " ",
    "(",
    ")",
    "é",
    "{{password}}",
    "E'",
  );
  const value = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(""));
  const template = fc.constantFrom(
    `A "{{name}}"; B '{{password}}'; C`,
    `A {{name}} x; B {{password}}; C`,
    `A E'{{name}}\\''; B "{{name}}"; C`,
    `A '{{name}}{{password}}'; B $x$ {{name}} $x$; C`,
  );
  fc.assert(
    fc.property(template, value, (text, given) => {
      let filled: string;
      try {
        filled = fillStatement(text, name(given));
      } catch (error) {
        assert.equal((error as { code?: string }).code, "database.template");
        return;
      }
      assert.equal(splitStatements(filled).length, 3, filled);
    }),
    { numRuns: 3_000 },
  );
});

test("names follow their templates; what is not known is refused when written", () => {
  const clock = new ManualClock(1_700_000_000_123);
  const fields = { DisplayName: "token-display", RoleName: "some-long-role" };
  const made = (template: string): string =>
    compileUsername(template, Object.keys(fields)).render(fields, clock);
  for (const [template, wanted] of [
    ["plain", /^plain$/],
    ["{{.RoleName}}", /^some-long-role$/],
    ["{{ .RoleName | truncate 4 | uppercase }}", /^SOME$/],
    ["{{random 8}}-{{unix_time}}", /^[0-9A-Za-z]{8}-1700000000$/],
    ["{{unix_time_millis}}", /^1700000000123$/],
    ['{{truncate 3 .DisplayName}}{{ lowercase "ABC" }}', /^tokabc$/],
    ["{{ truncate_sha256 12 .RoleName }}", /^some[0-9a-f]{8}$/],
    ['{{ .RoleName | replace "-" "_" }}', /^some_long_role$/],
    ["{{ sha256 .RoleName | truncate 6 }}", /^[0-9a-f]{6}$/],
    ["{{ base64 .RoleName }}", /^c29tZS1sb25nLXJvbGU=$/],
    ["{{uuid}}", /^[0-9a-f-]{36}$/],
    ['{{ printf "v-%s-%s%%" (.RoleName | truncate 2) (random 3) | truncate 8 }}', /^v-so-\w{3}$/],
    ['{{ if (eq .RoleName "x") }}a{{ else }}b{{ .DisplayName | truncate 1 }}{{ end }}c', /^btc$/],
    ['{{if eq .RoleName "some-long-role"}}{{if eq 1 1}}y{{end}}{{end}}', /^y$/],
  ] as const)
    assert.match(made(template), wanted, template);
  for (const template of [
    "{{",
    "{{}}",
    "{{.Foo}}",
    "{{.constructor}}",
    "{{foo .RoleName}}",
    "{{constructor}}",
    "{{random}}",
    "{{random 0}}",
    "{{random 999}}",
    '{{random "x"}}',
    "{{truncate .RoleName}}",
    "{{ .RoleName | 5 }}",
    "{{ (.RoleName }}",
    "{{ .RoleName",
    "{{end}}",
    "{{else}}",
    "{{if .RoleName}}x",
    '{{printf "%s"}}',
    '{{printf "%x" 1}}',
    '{{printf "a" 1}}',
    '{{timestamp "2006"}}',
    "{{/* c */}}",
    "x".repeat(3_000),
    "{{ (((((((((((((((((((((((((((((((((((((((.RoleName))))))))))))))))))))))))))))))))))))))) }}",
  ])
    assert.throws(() => made(template), { code: "template.invalid" }, template);
  fc.assert(
    fc.property(
      fc.array(
        fc.constantFrom(
          "{{",
          "}}",
          "(",
          ")",
          "|",
          ".RoleName",
          "truncate",
          "8",
          '"a"',
          "if",
          "else",
          "end",
          " ",
          "random",
        ),
        { maxLength: 14 },
      ),
      (parts) => {
        try {
          made(parts.join(""));
        } catch (error) {
          assert.equal((error as { code?: string }).code, "template.invalid", parts.join(""));
        }
      },
    ),
    { numRuns: 3_000 },
  );
});

test("a verifier is the one PostgreSQL would make", async () => {
  // RFC 7677's example
  const salt = Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64");
  assert.equal(
    await scramVerifier("pencil", salt),
    "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
  );
  assert.notEqual(await scramVerifier("pencil"), await scramVerifier("pencil"));
});

test("addresses are read strictly, and shown without their password", () => {
  for (const source of [
    "postgresql://{{username}}:{{password}}@db.example.com:6432/app?sslmode=disable",
    "host=db.example.com port=6432 user={{username}} password={{password}} dbname=app sslmode=disable",
  ]) {
    const { host, port, user, password, database, tls } = parseConnectionUrl(source, credentials);
    assert.deepEqual(
      { host, port, user, password, database, tls },
      {
        host: "db.example.com",
        port: 6432,
        user: credentials.username,
        password: credentials.password,
        database: "app",
        tls: "none",
      },
    );
  }
  const tlsOf = (rest: string) => parseConnectionUrl(`postgres://a:b@${rest}`, credentials).tls;
  assert.equal(tlsOf("localhost/x"), "none");
  assert.equal(tlsOf("[::1]/x"), "none");
  assert.equal(tlsOf("db.example.com/x"), "verify-full");
  assert.equal(tlsOf("10.0.0.1/x?sslmode=require"), "verify-full");
  assert.equal(tlsOf("localhost.example.com/x"), "verify-full");
  const withCa = { ...credentials, tlsCa: "pem" };
  assert.equal(parseConnectionUrl("postgres://a:b@localhost/x", withCa).tls, "verify-full");
  assert.equal(parseConnectionUrl("postgres://a:b@h/x?sslmode=verify-ca", withCa).tls, "verify-ca");
  assert.throws(() => parseConnectionUrl("postgres://a:b@h/x?sslmode=disable", withCa), {
    code: "database.config",
  });
  assert.throws(() => tlsOf("h/x?sslmode=verify-ca"), { code: "database.config" });
  for (const [source, shown] of [
    ["postgresql://u:pw@h/d", "postgresql://u:xxxxx@h/d"],
    ["postgresql://u:p:w/x@h/d", "postgresql://u:p:w/x@h/d"],
    ["postgresql://{{username}}:{{password}}@h/d", "postgresql://{{username}}:{{password}}@h/d"],
    ["host=h password='p w' user=u", "host=h password=xxxxx user=u"],
    ["postgresql://h/d?user=u&password=pw", "postgresql://h/d?user=u&password=xxxxx"],
  ] as const)
    assert.equal(shownUrl(source).url, shown);
  fc.assert(
    fc.property(
      fc.array(
        fc.constantFrom(
          "postgresql://",
          "@",
          ":",
          "/",
          "?",
          "#",
          "%41",
          "%",
          "a",
          "'",
          "host=",
          " ",
          "=",
          "[",
          "password=",
          "&",
        ),
        { maxLength: 14 },
      ),
      (parts) => {
        try {
          parseConnectionUrl(parts.join(""), credentials);
        } catch (error) {
          assert.equal((error as { code?: string }).code, "database.config", parts.join(""));
        }
      },
    ),
    { numRuns: 2_000 },
  );
});

test("a connection url leads to no metadata service, in any spelling", async () => {
  for (const host of [
    "169.254.169.254",
    "[::ffff:169.254.169.254]",
    "[::ffff:a9fe:a9fe]",
    "[fd00:ec2::254]",
    "[fe80::1]",
  ]) {
    const plain = host.replace(/^\[|\]$/g, "");
    for (const source of [
      `postgres://u:p@${host}/d`,
      `host=${plain} user=u password=p`,
      `postgres:///d?host=${plain}&user=u&password=p`,
    ])
      assert.throws(() => parseConnectionUrl(source, credentials), { code: "database.config" }, source);
  }
  // a number that only the system's resolver turns into 169.254.169.254
  const details = { maxOpenConnections: 1, maxIdleConnections: 0, maxConnectionLifetime: 0, privateKey: "" };
  const connection = postgresql.open({
    ...credentials,
    ...details,
    connectionUrl: "host=2852039166 user=u password=p sslmode=disable",
    passwordAuthentication: "password",
  });
  await assert.rejects(connection.verify(), /metadata service|does not resolve/);
  await connection.close();
});

test("a password that stands in a connection url is hidden, or the url refused, however its name is written", () => {
  for (const source of [
    "postgres://h/d?user=u&password=hunter",
    "postgres://h/d?user=u&pass%77ord=hunter",
    "postgres://h/d?user=u&pass\tword=hunter",
    "postgres://u:\nhunter@h/d",
    "post\ngres://u:hunter@h/d", // bulkhead:allow made up
    "host=h user=u password = 'hunter'",
    "host=h user=u password\n=\thunter",
  ]) {
    let taken = true;
    try {
      parseConnectionUrl(source, credentials);
    } catch {
      taken = false;
    }
    assert.ok(!taken || !shownUrl(source).url.includes("hunter"), JSON.stringify(source));
  }
});

test("a name within code stays one word", () => {
  const statement = "DO $$ BEGIN EXECUTE 'CREATE ROLE {{name}} LOGIN'; END $$";
  const filled = (text: string) => fillStatement(statement, { name: { text, as: "identifier" } });
  assert.match(filled("v-joe@example.com-Abc"), /CREATE ROLE v-joe@example.com-Abc LOGIN/);
  for (const name of [
    "joe SUPERUSER",
    "joe\u00a0SUPERUSER",
    "joe/**/SUPERUSER",
    "joe'",
    "joe;x",
    "a=b",
    "$$",
  ])
    assert.throws(() => filled(name), { code: "database.template" }, name);
  const until = fillStatement("DO $$ SELECT '{{expiration}}' $$", {
    expiration: { text: "2026-01-01 00:00:00+0000", as: "literal" },
  });
  assert.match(until, /2026-01-01 00:00:00/);
});

test("allowed roles are names with *", () => {
  for (const [glob, text, wanted] of [
    ["*", "anything", true],
    ["a*", "abc", true],
    ["*c", "abc", true],
    ["a*c", "abc", true],
    ["a*a", "a", false],
    ["a*b*c", "aXbYc", true],
    ["a*b*c", "acb", false],
    ["abc", "abcd", false],
    ["", "a", false],
    ["*b*b", "ab", false],
  ] as const)
    assert.equal(matchesGlob([glob], text), wanted, `${glob} ${text}`);
});
