/** Every plug-in file is registered exactly once, and every id is unique. A file that is forgotten in its registry fails here. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "node:test";
import { authMethods } from "../src/auth/index.ts";
import { commands } from "../src/cli/commands/index.ts";
import { genericRules } from "../src/detect/rules/index.ts";
import { drivers } from "../src/engines/database/drivers/index.ts";
import { engines } from "../src/engines/index.ts";
import { rotationDrivers } from "../src/rotate/drivers/index.ts";
import { providers } from "../src/providers/index.ts";
import { pushTargets } from "../src/managers/push/index.ts";
import { reports } from "../src/report/index.ts";
import { allowKinds } from "../src/scan/allow/index.ts";

const src = join(import.meta.dirname, "..", "src");

interface Registry {
  readonly name: string;
  /** The registry's own file, below src. */
  readonly file: string;
  /** Plug-in files beside it (globs below the registry's folder). */
  readonly files: string;
  /** Files of the folder that are no plug-ins. */
  readonly not: readonly string[];
  readonly ids: readonly string[];
}

const REGISTRIES: readonly Registry[] = [
  {
    name: "providers",
    file: "providers/index.ts",
    files: "*.ts",
    not: [
      "index.ts",
      "types.ts",
      "format.ts",
      "layout.ts",
      "pieces.ts",
      "sources.ts",
      "lookup.ts",
      "sample.ts",
      "all.ts",
      "all-file.ts",
    ],
    ids: providers.map(({ id }) => id),
  },
  {
    name: "engines",
    file: "engines/index.ts",
    files: "*/index.ts",
    not: ["index.ts"],
    ids: engines.map(({ type }) => type),
  },
  {
    name: "databases",
    file: "engines/database/drivers/index.ts",
    files: "*.ts",
    not: ["index.ts", "types.ts"],
    ids: drivers.map(({ plugin }) => plugin),
  },
  {
    name: "rotation drivers",
    file: "rotate/drivers/index.ts",
    files: "*.ts",
    not: ["index.ts", "types.ts", "answers.ts", "exchange.ts", "drivers.test.ts"],
    ids: rotationDrivers.map(({ id }) => id),
  },
  {
    name: "auth methods",
    file: "auth/index.ts",
    files: "*/index.ts",
    not: ["index.ts"],
    ids: authMethods.map(({ type }) => type),
  },
  {
    name: "reports",
    file: "report/index.ts",
    files: "*.ts",
    not: ["index.ts", "types.ts", "visible.ts"],
    ids: reports.map(({ id }) => id),
  },
  {
    name: "push targets",
    file: "managers/push/index.ts",
    files: "*.ts",
    not: ["index.ts", "types.ts", "ids.ts", "request.ts", "sealed-box.ts", "aws.ts"],
    ids: pushTargets.map(({ id }) => id),
  },
  {
    name: "allow kinds",
    file: "scan/allow/index.ts",
    files: "*.ts",
    not: ["index.ts", "types.ts", "allow-file.ts", "glob.ts"],
    ids: allowKinds.map(({ id }) => id),
  },
  {
    name: "rules",
    file: "detect/rules/index.ts",
    files: "*.ts",
    not: ["index.ts"],
    ids: genericRules.map(({ id }) => id),
  },
  {
    name: "commands",
    file: "cli/commands/index.ts",
    files: "**/*.ts",
    not: ["index.ts"],
    ids: commands.map(({ name }) => name),
  },
];

for (const { name, file, files, not, ids } of REGISTRIES) {
  test(`${name}: every file is registered once and every id is unique`, () => {
    const folder = dirname(join(src, file));
    const registry = readFileSync(join(src, file), "utf8");
    const found = globSync(files, { cwd: folder }).filter(
      (path) => !path.endsWith(".test.ts") && !not.includes(path),
    );
    assert.ok(found.length > 0, "the plug-ins were found");
    const times = (path: string): number => registry.split(`"./${path}"`).length - 1;
    assert.deepEqual(
      found.filter((path) => times(path) !== 1),
      [],
      "not registered once",
    );
    assert.equal(new Set(ids).size, ids.length, "an id is used twice");
    assert.ok(ids.length >= found.length, "a registered file adds nothing");
  });
}

test("what the kernel knows of a plug-in before it is loaded is what it says of itself", async () => {
  for (const line of [...engines, ...authMethods]) {
    const plugin = await line.load();
    assert.equal(plugin, await line.load(), "loading it twice gives the same one");
    assert.equal(line.type, plugin.type);
    assert.equal(line.builtinAt, plugin.builtinAt, line.type);
    assert.equal(line.keepsPerToken, plugin.keepsPerToken, line.type);
    if (line.builtinAt !== undefined) assert.equal(line.description, plugin.description);
  }
});

test("a plug-in that has to hear of the end of tokens says so", () => {
  for (const path of globSync("{engines,auth}/*/*.ts", { cwd: src, exclude: ["**/*.test.ts"] })) {
    const source = readFileSync(join(src, path), "utf8");
    assert.equal(/\btokenRevoked\b/.test(source), source.includes("keepsPerToken: true"), path);
  }
});

test("the check sees a file that is not registered", () => {
  assert.equal("import { a } from './a.ts'".split('"./b.ts"').length - 1, 0);
});
