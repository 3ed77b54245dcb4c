/** The registry of commands and the files beside it agree, and declarations are sound. */
import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { commonFlags } from "./command.ts";
import { commands } from "./commands/index.ts";

test("every file is registered under its path, each name once", () => {
  const files = globSync("**/*.ts", { cwd: join(import.meta.dirname, "commands") })
    .filter((file) => file !== "index.ts")
    .map((file) => file.replace(/\.ts$/, "").replaceAll("/", " "));
  assert.ok(files.length > 25);
  assert.deepEqual(files.sort(), commands.map(({ name }) => name).sort());
  assert.equal(new Set(files).size, files.length);
});

test("what a line loads is the command of that name", async () => {
  const seen = new Set<unknown>();
  for (const { load } of commands) seen.add((await load()).default);
  assert.equal(seen.size, commands.length, "no file stands in two lines");
});

test("briefs are one line without a full stop; flags and letters are unique; only the last argument takes many", async () => {
  for (const { name, brief, load } of commands) {
    const { flags, args = [], examples } = (await load()).default;
    const all = { ...flags, ...commonFlags };
    for (const text of [brief, ...Object.values(all).map((flag) => flag.brief)])
      assert.ok(!text.includes("\n") && !text.endsWith("."), `${name}: ${text}`);
    const letters = Object.values(all).flatMap((flag) =>
      "short" in flag && flag.short !== undefined ? [flag.short] : [],
    );
    assert.equal(new Set(letters).size, letters.length, name);
    assert.equal(
      Object.keys(flags).some((flag) => Object.hasOwn(commonFlags, flag)),
      false,
      name,
    );
    assert.ok(
      args.slice(0, -1).every(({ many }) => many !== true),
      name,
    );
    assert.ok(examples.length > 0, name);
  }
});

test("no flag takes a secret: values never stand in arguments", async () => {
  // a place or a name is none: `--secret VAR=path#field` (what looks like a value there is refused, test/cli/run-without-store.test.ts)
  const isPlace = (placeholder: string): boolean => /path|name/.test(placeholder);
  const suspicious = /^(token|password|passphrase|secret|secretId|value|key)$/i;
  for (const { name, load } of commands)
    assert.deepEqual(
      Object.entries((await load()).default.flags)
        .filter(
          ([flag, one]) => suspicious.test(flag) && !isPlace("placeholder" in one ? one.placeholder : ""),
        )
        .map(([flag]) => flag),
      [],
      name,
    );
});
