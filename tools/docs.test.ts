import assert from "node:assert/strict";
import test from "node:test";
import { commands } from "../src/cli/commands/index.ts";
import { errorTable } from "../src/core/errors.ts";
import { cliPage, drifted, errorsPage } from "./docs.ts";

test("the reference pages say what the declarations say", async () => {
  assert.deepEqual(await drifted(), [], "run `node tools/docs.ts`");
});

test("every command and every error has its place", async () => {
  const cli = await cliPage();
  for (const { name } of commands) assert.ok(cli.includes(`\n## bulkhead ${name}\n`), name);
  const errors = errorsPage();
  for (const code of Object.keys(errorTable)) assert.ok(errors.includes(`| \`${code}\` |`), code);
});
