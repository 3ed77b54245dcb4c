/**
 * What macOS' sandbox is worth here: the very words that will start the job start a probe first, and the level is what that could not do.
 * Level 2 at most: the network stays open. The probe was tried with programs that stand for `sandbox-exec`, never on macOS.
 */
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HiddenPlace } from "./hidden.ts";
import { type IsolationLevel, LEVELS, OPEN_NETWORK, noIsolation } from "./isolate.ts";
import { CANARY_VARIABLE, quote } from "./sandbox.ts";
import { SANDBOX_EXEC, seatbeltArguments } from "./seatbelt.ts";

export interface Wrapped {
  readonly isolation: IsolationLevel;
  /** In front of the job's own words. */
  readonly wrap: readonly string[];
}

const PROBE_MS = 10_000;
const VISIBLE =
  "processes outside can be seen by number; the sandbox of macOS was never tried by Bulkhead's tests on macOS";

/** The level as proven, with the words that reach it; a level 0 that says why where they reach nothing. */
export function planSeatbelt(
  hidden: readonly HiddenPlace[],
  program = SANDBOX_EXEC,
): Wrapped | IsolationLevel {
  const wrap = seatbeltArguments({ hidden, proxyPort: null }, program);
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "bulkhead-canary-")));
  const value = randomBytes(18).toString("hex");
  // Carries the canary in its environment as Bulkhead's own processes carry what they must not show.
  const carrier = spawn("/bin/sleep", ["30"], { env: { [CANARY_VARIABLE]: value }, stdio: "ignore" });
  carrier.on("error", () => undefined);
  try {
    const canary = join(folder, "key");
    writeFileSync(canary, value, { mode: 0o600 });
    const all = [...hidden, { path: folder, kind: "folder" as const }];
    const [file = "", ...words] = seatbeltArguments({ hidden: all, proxyPort: null }, program);
    const script = probe(hidden, { canary, value, carrier: carrier.pid ?? 0 });
    const done = spawnSync(file, [...words, "/bin/sh", "-c", script], {
      env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin" },
      encoding: "utf8",
      timeout: PROBE_MS,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const said = new Set((done.stdout ?? "").split("\n"));
    if (!said.has("end")) return noIsolation(`${program} did not start the probes`);
    return judged(said, hidden, wrap);
  } finally {
    carrier.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Planted {
  readonly canary: string;
  readonly value: string;
  readonly carrier: number;
}

function probe(hidden: readonly HiddenPlace[], { canary, value, carrier }: Planted): string {
  return [
    "exec 2>/dev/null",
    `[ "$(cat ${quote(canary)})" = ${quote(value)} ] && echo 'seen canary'`,
    // The first as macOS shows an environment, the second as Linux does, where the tests run.
    `ps -E -ww -o command= -p ${carrier} | grep -qF ${quote(value)} && echo 'seen environ'`,
    `grep -qaF ${quote(value)} /proc/${carrier}/environ && echo 'seen environ'`,
    ...hidden.map(({ path }, index) => `[ -r ${quote(path)} ] && echo 'seen place ${index}'`),
    "echo end",
  ].join("\n");
}

function judged(
  said: ReadonlySet<string>,
  hidden: readonly HiddenPlace[],
  wrap: readonly string[],
): Wrapped | IsolationLevel {
  if (said.has("seen environ"))
    return noIsolation("the environment of processes outside can be read in spite of its profile");
  const open = hidden.filter((_, index) => said.has(`seen place ${index}`));
  const isHidden = !said.has("seen canary") && open.length === 0;
  const level = isHidden ? 2 : 1;
  const files = isHidden
    ? []
    : ["a key file made for the test can be read", ...open.map(({ path }) => `${path} can be read`)];
  const proven = [
    "no environment outside can be read",
    ...(isHidden
      ? ["a key file made for the test is hidden", ...hidden.map(({ path }) => `${path} is hidden`)]
      : []),
  ];
  return {
    isolation: { level, name: LEVELS[level], proven, missing: [...files, VISIBLE, OPEN_NETWORK] },
    wrap,
  };
}
