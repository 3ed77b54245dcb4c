/**
 * Python packages for tests: installed once with `python3 -m pip install --target` into the ignored cache, keyed by what was asked.
 * Gives null where pip is absent (the test then skips and says so).
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

const cache = join(import.meta.dirname, "..", "..", ".cache", "python");

export const NO_PIP = "python3 with pip is not on this machine";

export function hasPip(): boolean {
  return spawnSync("python3", ["-m", "pip", "--version"], { stdio: "ignore" }).status === 0;
}

/** The folder to put on PYTHONPATH (and whose `bin/` holds the packages' programs), or null without pip. */
export async function pythonPackages(requirements: readonly string[]): Promise<string | null> {
  const key = createHash("sha256")
    .update([...requirements].sort().join("\n"))
    .digest("hex")
    .slice(0, 16);
  const target = join(cache, key);
  if (existsSync(target)) return target;
  if (!hasPip()) return null;
  mkdirSync(cache, { recursive: true });
  const partial = `${target}.${process.pid}`;
  const args = [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "--no-warn-script-location",
    "--target",
    partial,
    ...requirements,
  ];
  const child = spawn("python3", args, {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, PIP_NO_INPUT: "1" },
  });
  let text = "";
  child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  if (code !== 0) {
    rmSync(partial, { recursive: true, force: true });
    throw new Error(`pip install ${requirements.join(" ")} failed: ${text.slice(-2000)}`);
  }
  try {
    renameSync(partial, target);
  } catch {
    rmSync(partial, { recursive: true, force: true }); // another test process was first
  }
  return target;
}
