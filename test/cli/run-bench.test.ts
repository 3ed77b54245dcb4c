/** The command lines of the start-up benches: every flag and argument exists, so that a bench does not break unseen. */
import assert from "node:assert/strict";
import test from "node:test";
import { RUN, RUN_PREPARATION, SERVER, START, START_PREPARATION } from "../../bench/launches.ts";
import { commands } from "../../src/cli/commands/index.ts";
import { parseArguments } from "../../src/cli/parse.ts";

/** Throws `usage.invalid` as the command itself would. */
async function parsed(words: readonly string[]): Promise<string> {
  const own = words.slice(0, words.includes("--") ? words.indexOf("--") : undefined);
  const line = commands
    .filter(({ name }) => ` ${own.join(" ")} `.startsWith(` ${name} `))
    .sort((a, b) => b.name.length - a.name.length)[0];
  assert.ok(line !== undefined, `no command: ${words.join(" ")}`);
  await parseArguments((await line.load()).default, line.name, own.slice(line.name.split(" ").length));
  return line.name;
}

test("what the benches start can be started", async () => {
  const launches = [...START_PREPARATION, ...START, ...RUN_PREPARATION, ...RUN, { words: SERVER }];
  const own = launches.filter((one) => !("program" in one)).map(({ words }) => words);
  const names: string[] = [];
  for (const words of own.filter(([first]) => first?.startsWith("--") !== true))
    names.push(await parsed(words));
  assert.equal(names.filter((name) => name === "run").length, 11);
  await assert.rejects(parsed(["run", "train", "--no-isolation", "--", "true"]), { code: "usage.invalid" });
});

test("each row of a table has a name of its own", () => {
  for (const rows of [START, RUN]) assert.equal(new Set(rows.map(({ name }) => name)).size, rows.length);
});
