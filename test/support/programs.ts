/** Other people's programs, unmodified, against a real server: Python scripts over hvac, and the `bao` CLI in a home of its own. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import { baoPath } from "./bao.ts";
import { NO_PIP, pythonPackages } from "./python.ts";

const exec = promisify(execFile);
const scripts = join(import.meta.dirname, "..", "compat");
const TIMEOUT = 90_000;

export interface Done {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

type Env = Readonly<Record<string, string>>;

/** Runs a program with PATH and `env` alone; a failing one is no exception. */
export async function runProgram(
  command: string,
  args: readonly string[],
  { env = {}, cwd }: { readonly env?: Env; readonly cwd?: string },
): Promise<Done> {
  const options = { env: { PATH: process.env.PATH ?? "", ...env }, cwd, timeout: TIMEOUT };
  try {
    const { stdout, stderr } = await exec(command, args, options);
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const failed = error as { code: number; stdout: string; stderr: string };
    return { code: failed.code, out: failed.stdout, err: failed.stderr };
  }
}

/** hvac's folder, or null: the test is then skipped. */
export async function hvacPackages(t: TestContext): Promise<string | null> {
  const packages = await pythonPackages(["hvac==2.4.0"]);
  if (packages === null) t.skip(NO_PIP);
  return packages;
}

export interface HvacRun {
  readonly packages: string;
  readonly server: { readonly address: string; readonly rootToken?: string };
  readonly env?: Env;
  /** How many checks the script must have passed. */
  readonly checks: number;
}

/** Runs a script of `test/compat` to its last line, `done`; each check that it passed is a line `ok …`. */
export async function runHvac(
  script: string,
  { packages, server, env = {}, checks }: HvacRun,
): Promise<void> {
  const { address, rootToken = "" } = server;
  const { code, out, err } = await runProgram("python3", ["-W", "ignore", join(scripts, script)], {
    env: { PYTHONPATH: packages, VAULT_ADDR: address, ROOT_TOKEN: rootToken, ...env },
    cwd: scripts,
  });
  assert.equal(code, 0, `${script}: ${out}${err}`);
  assert.match(out, /^done$/m);
  assert.ok((out.match(/^ok /gm) ?? []).length >= checks, out);
}

export interface BaoCli {
  readonly path: string;
  /** A folder of its own, the program's home and working folder. */
  readonly home: string;
  run(...args: readonly string[]): Promise<Done>;
  /** Standard output; an exit code but 0 is an error that holds what it said. */
  ok(...args: readonly string[]): Promise<string>;
  /** The same without white space around it. */
  field(...args: readonly string[]): Promise<string>;
  /** The same commands with other settings, an empty one being none. */
  as(env: Env): BaoCli;
}

/** The `bao` CLI for a server, or null: the test is then skipped. */
export async function baoCli(
  t: TestContext,
  server: { readonly address: string; readonly rootToken?: string },
  env: Env = {},
): Promise<BaoCli | null> {
  const path = await baoPath();
  if (path === null) {
    t.skip(NO_PIP);
    return null;
  }
  const home = mkdtempSync(join(tmpdir(), "bulkhead-bao-"));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const own = { HOME: home, BAO_ADDR: server.address, BAO_TOKEN: server.rootToken ?? "", ...env };
  return cli(path, home, own);
}

function cli(path: string, home: string, settings: Env): BaoCli {
  const env = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== ""));
  const run: BaoCli["run"] = (...args) => runProgram(path, args, { env, cwd: home });
  const ok: BaoCli["ok"] = async (...args) => {
    const { code, out, err } = await run(...args);
    assert.equal(code, 0, `bao ${args.join(" ")}: ${out}${err}`);
    return out;
  };
  return {
    path,
    home,
    run,
    ok,
    field: async (...args) => (await ok(...args)).trim(),
    as: (other) => cli(path, home, { ...settings, ...other }),
  };
}
