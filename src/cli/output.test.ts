import assert from "node:assert/strict";
import test from "node:test";
import { BulkheadError } from "../core/errors.ts";
import { Output, formatSize, plain } from "./output.ts";

function capture(env: NodeJS.ProcessEnv, isTTY: boolean, debug = false) {
  const [out, err]: [string[], string[]] = [[], []];
  const stream = (into: string[]) => ({
    isTTY,
    write: (text: string | Uint8Array) => into.push(String(text)) > 0,
  });
  return { output: new Output({ stdout: stream(out), stderr: stream(err), env, debug }), out, err };
}

test("an error speaks in one voice, and gives its exit code", () => {
  const { output, err } = capture({}, false);
  assert.equal(output.error(new BulkheadError("manifest.missing", { folder: "/x" }), "plan"), 2);
  assert.equal(
    err.join(""),
    "bulkhead: error: no bulkhead.yaml in /x or above it\nbulkhead: hint: run `bulkhead init` to write one\n",
  );
});

test("a stranger's error shows neither its text nor a trace, which may hold anything; --debug shows both", () => {
  const thrown = new Error("value hunter2 in here");
  const quiet = capture({}, false);
  assert.equal(quiet.output.error(thrown, "plan"), 1);
  assert.equal(
    quiet.err.join(""),
    "bulkhead: error: something failed inside Bulkhead (plan)\nbulkhead: hint: run again with --debug for the trace, and report it\n",
  );
  const loud = capture({}, false, true);
  loud.output.error(new BulkheadError("store.busy", { path: "/x" }, { cause: thrown }), "plan");
  assert.match(loud.err.join(""), /caused by: Error[\s\S]* at /);
});

test("colour needs a terminal that wants it", () => {
  for (const [env, isTTY, wanted] of [
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: "1" }, true, false],
    [{ NO_COLOR: "" }, true, true],
    [{ TERM: "dumb" }, true, false],
    [{ FORCE_COLOR: "1" }, false, false],
  ] as const) {
    const { output } = capture(env, isTTY);
    assert.equal(output.colour(), wanted, JSON.stringify(env));
    assert.equal(output.style("red", "x") !== "x", wanted);
  }
});

test("a table lines up, and cells cannot steer the terminal", () => {
  const { output, out } = capture({}, false);
  output.table(
    ["name", "state"],
    [
      ["long-name", "ok"],
      ["x\u001b[31m\n", "\u202egnp"],
    ],
  );
  assert.equal(out.join(""), "name       state\nlong-name  ok\nx\ufffd[31m\ufffd    \ufffdgnp\n");
  assert.equal(plain("a\u0000b\u009bc"), "a\ufffdb\ufffdc");
});

test("sizes", () => {
  assert.deepEqual([0, 999, 1_000, 1_234_567, 5e12, 5e15].map(formatSize), [
    "0 B",
    "999 B",
    "1.0 kB",
    "1.2 MB",
    "5.0 TB",
    "5000.0 TB",
  ]);
});
