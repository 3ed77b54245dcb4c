import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { environmentRows } from "../src/cli/help.ts";
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

test("every command that a hint names is one", () => {
  const known = new Set(commands.flatMap(({ name }) => [name, name.split(" ")[0] ?? ""]));
  const names = (text: string): string[] =>
    [...text.matchAll(/`bulkhead ([a-z-]+)(?: ([a-z-]+))?/g)].map(([, first = "", second]) => {
      const grouped = commands.some(({ name }) => name.startsWith(`${first} `));
      return grouped && second !== undefined && !known.has(first)
        ? `${first} ${second}`
        : second && known.has(`${first} ${second}`)
          ? `${first} ${second}`
          : first;
    });
  const said = Object.values(errorTable).flatMap(({ message, hint }) => names(`${message} ${hint}`));
  assert.ok(said.length > 10, "hints name commands");
  assert.deepEqual(
    said.filter((name) => !known.has(name) && name !== "help"),
    [],
  );
  assert.deepEqual(
    names("run `bulkhead frobnicate`").filter((name) => known.has(name)),
    [],
    "control",
  );
});

test("every variable that the code reads is documented", () => {
  const src = join(import.meta.dirname, "..", "src");
  const files = globSync("{cli,server,client}/**/*.ts", { cwd: src }).filter(
    (file) => !file.endsWith(".test.ts"),
  );
  const read = new Set(
    files.flatMap((file) => readFileSync(join(src, file), "utf8").match(/(?<=env\.)BULKHEAD_[A-Z_]+/g) ?? []),
  );
  assert.ok(read.size >= 4, "they were found");
  const marks = ["BULKHEAD_RUN", "BULKHEAD_STAGE", "BULKHEAD_ENVIRONMENT"]; // set by `run` for its job (docs/settings.md)
  const known = new Set([...environmentRows.map(([name]) => name), ...marks]);
  assert.deepEqual(
    [...read].filter((name) => !known.has(name)),
    [],
  );
});
