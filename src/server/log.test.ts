import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import test from "node:test";
import { fake } from "../../test/support/fake.ts";
import { BulkheadError } from "../core/errors.ts";
import { createLog, reasonOf } from "./log.ts";

test("a log line says what failed and where, never the data it failed on", () => {
  const value = fake("sk-", 40);
  let error: unknown;
  try {
    JSON.parse(`${value}`);
  } catch (caught) {
    error = caught;
  }
  assert.ok((error as Error).message.includes(value.slice(0, 8)), "the runtime quotes its input");
  const said = reasonOf(error);
  assert.match(said, /^SyntaxError at /);
  assert.ok(!said.includes(value.slice(0, 8)));
  assert.equal(reasonOf(new BulkheadError("seal.sealed")), "Vault is sealed");
  assert.equal(reasonOf(value), "unknown");
});

test("each line is one JSON object with the declared fields", () => {
  const stream = new PassThrough();
  const log = createLog("info", stream);
  log.request({ id: "1", method: "GET", path: "/v1/x\n{}", status: 200, ms: 1, remote: "::1" });
  log.info("listening", { address: "x" });
  log.error({ where: "tidy", reason: "r" });
  const lines = (stream.read() as Buffer).toString("utf8").trimEnd().split("\n");
  assert.equal(lines.length, 3);
  const first = JSON.parse(lines[0] as string) as Record<string, unknown>;
  assert.deepEqual(Object.keys(first).sort(), [
    "id",
    "level",
    "method",
    "ms",
    "msg",
    "path",
    "remote",
    "status",
    "time",
  ]);
});
