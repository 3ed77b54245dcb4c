/**
 * Bulkhead as one file, for machines without Node: this Node with the release bundle inside. `node tools/executable.ts [FILE]`, default
 * `dist/bulkhead-<platform>-<arch>`. It honours no NODE_OPTIONS; it is written 0555, and may be installed 0111 (an executable that cannot be
 * read has a memory that other processes of its user cannot read either).
 */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { HELPER } from "../src/core/packaged.ts";
import { CLOSED_NETWORK, PROGRAM } from "../src/run/closed-network-program.ts";
import "./build.ts";

const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";
const root = resolve(import.meta.dirname, "..");
const lib = join(process.env.BULKHEAD_DIST ? resolve(process.env.BULKHEAD_DIST) : join(root, "dist"), "lib");
const target = resolve(process.argv[2] ?? join(root, "dist", `bulkhead-${process.platform}-${process.arch}`));

/** The file of this build: the newest of those that begin so. */
function current(prefix: string): string {
  const entry = readFileSync(join(lib, "..", "bulkhead"), "utf8");
  const main = /load\("\.\/lib\/([^"]+)"/.exec(entry)?.[1];
  if (main === undefined) throw new Error("dist/bulkhead names no bundle");
  if (prefix === "main") return main;
  const text = readFileSync(join(lib, main), "latin1");
  const found = readdirSync(lib).find(
    (name) => name.startsWith(prefix) && !name.endsWith(".v8") && text.includes(name),
  );
  if (found === undefined) throw new Error(`the build made no ${prefix}`);
  return found;
}

/** What the package's shell does as process 1 of a container: hands signals on, and clears away what ended. */
function firstProcess(): string {
  const loop = /for s in HUP.*exit \$code; done/.exec(readFileSync(join(lib, "..", "bulkhead"), "utf8"))?.[0];
  const program = 'node "$debug" "$0" "$@"';
  if (loop?.includes(program) !== true) throw new Error("dist/bulkhead has no loop for process 1");
  return `ulimit -c 0; ${loop.replace(program, '"$0" "$@"')}`;
}

const version = (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string }).version;
const folder = mkdtempSync(join(tmpdir(), "bulkhead-executable-"));
try {
  const entry = [
    // A signal never opens the debugger: it has an address that no machine has, and jobs still get theirs.
    'process.on("SIGUSR1", () => {});',
    "const { execPath } = process;",
    `if (process.pid === 1 && require("node:fs").existsSync("/bin/sh")) process.execve("/bin/sh", ["sh", "-c", ${JSON.stringify(firstProcess())}, execPath, ...process.argv.slice(2)], process.env);`,
    `const only = process.argv.length === 3 ? process.argv[2] : "";`,
    `if (only === "--version" || only === "-V" || only === "version") process.stdout.write("bulkhead ${version}\\n");`,
    // One of its own programs, by the name that its build gave it: nothing else can be had this way.
    `else if (process.argv[2] === ${JSON.stringify(HELPER)}) {`,
    "const [, name] = process.argv.splice(2, 2);",
    'const text = Buffer.from(require("node:sea").getRawAsset(name)).toString("latin1");',
    'new Function("require", "module", "exports", "__filename", "__dirname", text)(require, { exports: {} }, {}, execPath, require("node:path").dirname(execPath));',
    "} else {",
    readFileSync(join(lib, current("main")), "latin1"),
    "module.exports.main(process.argv.slice(2));",
    "}",
  ].join("\n");
  const main = join(folder, "main.cjs");
  writeFileSync(main, entry, "latin1");
  const assets = ["catalogue", "providers", "scan-worker", "litmus-probe"].map(current);
  const network = join(folder, CLOSED_NETWORK);
  writeFileSync(network, PROGRAM);
  const config = {
    main,
    output: join(folder, "blob"),
    disableExperimentalSEAWarning: true,
    execArgv: ["--inspect-port=[::2]:1024"],
    execArgvExtension: "none",
    assets: {
      ...Object.fromEntries(assets.map((name) => [name, join(lib, name)])),
      [CLOSED_NETWORK]: network,
    },
  };
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  run(process.execPath, ["--experimental-sea-config", join(folder, "config.json")]);
  const program = join(folder, "bulkhead");
  copyFileSync(process.execPath, program);
  chmodSync(program, 0o755);
  const postject = createRequire(import.meta.url).resolve("postject/dist/cli.js");
  const mac = process.platform === "darwin" ? ["--macho-segment-name", "NODE_SEA"] : [];
  run(process.execPath, [postject, program, "NODE_SEA_BLOB", config.output, "--sentinel-fuse", FUSE, ...mac]);
  chmodSync(program, 0o555);
  const beside = `${target}.${process.pid}.tmp`;
  copyFileSync(program, beside);
  chmodSync(beside, 0o555);
  renameSync(beside, target);
  process.stdout.write(`${target}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function run(command: string, args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(command, [...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${args[0] ?? ""} failed: ${stdout}${stderr}`);
}
