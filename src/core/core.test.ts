import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { inspect } from "node:util";
import fc from "fast-check";
import { fake } from "../../test/support/fake.ts";
import { ManualClock, rfc3339 } from "./clock.ts";
import { formatDuration, parseDuration } from "./duration.ts";
import { BulkheadError, errorTable, nearest } from "./errors.ts";
import { randomBase62, serviceTokenId } from "./ids.ts";
import { reservedVariable } from "./reserved-variables.ts";
import { Secret } from "./secret.ts";

test("a Secret shows itself in no rendering that a program reaches for by accident", () => {
  const value = fake("hf_", 34);
  const secret = Secret.copy(value);
  const renderings = [
    String(secret),
    `${secret}`,
    JSON.stringify({ secret }),
    inspect(secret, { depth: 9, showHidden: true }),
    inspect({ deep: [secret] }, { depth: 9, showHidden: true }),
    new Error(`failed: ${secret}`).message,
    String(new BulkheadError("request.invalid", { problem: `${secret}` })),
    Object.keys(secret).join(),
  ];
  for (const text of renderings) assert.ok(!text.includes(value) && !text.includes(value.slice(4)), text);
  assert.ok(JSON.stringify({ value }).includes(value), "the same search finds a plain string");
  assert.equal(secret.revealText(), value);
});

test("a wiped Secret is zero and unusable", () => {
  const bytes = Buffer.from(fake("sk-", 20));
  const secret = Secret.own(bytes);
  secret.wipe();
  secret.wipe();
  assert.ok(bytes.every((byte) => byte === 0));
  assert.throws(() => secret.reveal(), TypeError);
  assert.throws(() => secret.length, TypeError);
});

test("Secrets are equal by content", () => {
  const value = fake("x", 12);
  assert.ok(Secret.copy(value).equals(Secret.copy(value)));
  assert.ok(!Secret.copy(value).equals(Secret.copy(`${value}x`)));
  assert.ok(!Secret.copy(value).equals(Secret.copy(fake("y", 12))));
});

test("durations: what people and Vault's clients write", () => {
  const cases: readonly (readonly [string | number, number])[] = [
    ["90d", 90 * 86_400_000],
    ["1h30m", 5_400_000],
    ["45s", 45_000],
    ["250ms", 250],
    ["2w", 14 * 86_400_000],
    ["1.5h", 5_400_000],
    [600, 600_000],
    ["600", 600_000],
    ["0", 0],
    [" 5m ", 300_000],
  ];
  for (const [text, ms] of cases) assert.equal(parseDuration(text), ms, String(text));
  for (const text of [
    "",
    "-1h",
    "1y",
    "h",
    "1h 30",
    "1e9d",
    "NaN",
    "Infinity",
    "9".repeat(400),
    "101000d",
    "1h-5m",
  ])
    assert.throws(() => parseDuration(text), { code: "duration.invalid" }, text);
});

test("durations: what is printed is read back as the same, to two units", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 86_400 * 400 }), (seconds) => {
      const back = parseDuration(formatDuration(seconds * 1_000)) / 1_000;
      assert.ok(back <= seconds && seconds - back < 86_400);
      if (seconds < 3_600) assert.equal(back, seconds);
    }),
  );
});

test("every error row says what happened and, unless the message does, what to do", () => {
  for (const [code, { status, exit, message, hint }] of Object.entries(errorTable)) {
    assert.match(code, /^[a-z0-9-]+\.[a-z0-9-]+$/);
    assert.ok(status >= 400 && status < 600, code);
    assert.ok([1, 2, 3, 4, 125, 126, 127].includes(exit), code);
    const asVaultWords = ["request.no-handler", "jwt.bad-state"].includes(code);
    assert.ok(message.length > 3 && (asVaultWords || !message.endsWith(".")), `${code}: ${message}`);
    assert.ok(!hint.endsWith("."), `${code}: ${hint}`);
  }
});

test("no error code stands in two areas", () => {
  const files = globSync("errors/*.ts", { cwd: import.meta.dirname });
  assert.ok(files.length > 10);
  const codes = files.flatMap((file) =>
    [
      ...readFileSync(join(import.meta.dirname, file), "utf8").matchAll(/^ {2}"([a-z0-9-]+\.[a-z0-9-]+)":/gm),
    ].map((match) => match[1]),
  );
  assert.deepEqual(codes.toSorted(), Object.keys(errorTable).toSorted());
});

test("an error keeps its cause and fills its details", () => {
  const cause = new Error("inner");
  const error = new BulkheadError("duration.invalid", { text: "1y" }, { cause });
  assert.equal(error.message, "`1y` is not a duration");
  assert.equal(error.cause, cause);
  assert.equal(error.exit, 2);
});

test("nearest: a slip is recognised, nonsense is not", () => {
  assert.equal(nearest("trian", ["train", "serve"]), "train");
  assert.equal(nearest("Serve", ["train", "serve"]), "serve");
  assert.equal(nearest("xyzzy", ["train", "serve"]), null);
  assert.equal(nearest("x".repeat(100_000), ["train"]), null);
});

test("ids: the alphabet is used evenly, tokens have Vault's length", () => {
  assert.equal(serviceTokenId().length, 28);
  assert.match(serviceTokenId(), /^hvs\.[0-9A-Za-z]{24}$/);
  const seen = new Map<string, number>();
  for (const letter of randomBase62(62_000)) seen.set(letter, (seen.get(letter) ?? 0) + 1);
  assert.equal(seen.size, 62);
  assert.ok(
    [...seen.values()].every((count) => count > 700 && count < 1_300),
    "no letter is favoured",
  );
});

test("clock", () => {
  const clock = new ManualClock(0);
  clock.advance(1_500);
  assert.equal(rfc3339(clock.now()), "1970-01-01T00:00:01.500Z");
});

test("variables that change how programs load are reserved, ordinary ones are not", () => {
  for (const name of [
    "LD_PRELOAD",
    "NODE_OPTIONS",
    "PYTHONSTARTUP",
    "BASH_ENV",
    "BULKHEAD_TOKEN",
    "VAULT_TOKEN",
    "PATH",
  ])
    assert.ok(reservedVariable(name), name);
  for (const name of ["OPENAI_API_KEY", "EPOCHS", "HF_TOKEN"]) assert.ok(!reservedVariable(name), name);
});
