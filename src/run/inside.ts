/** Starts a job in its sandbox and speaks with its init: probes, the word to go, signals. */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { createInterface } from "node:readline";
import type { Duplex } from "node:stream";
import { BulkheadError } from "../core/errors.ts";
import { type IsolationLevel, type Sandbox, levelOf, noIsolation } from "./isolate.ts";
import { environmentScript } from "./sandbox.ts";
import { type Start, type Started, announce } from "./started.ts";

/** How long the sandbox may take to set itself up and probe. */
const SETUP_MS = 15_000;
/** The monitor's descriptor; 3 and 4 are the init's. */
const REPORTS = 5;

/** The job in its sandbox, or a level 0 when none could be made. */
export async function startInside(
  sandbox: Sandbox,
  { options, file, stdio, monitor }: Start,
): Promise<Started | IsolationLevel> {
  const [first = "", ...rest] = sandbox.argv;
  const command = monitor === null ? options.command : [...monitor(REPORTS), file, ...options.command];
  const child = spawn(first, [...rest, ...command], {
    cwd: options.cwd,
    env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin" },
    detached: true,
    stdio: [...stdio, "pipe", "pipe", ...(monitor === null ? [] : ["pipe" as const])],
  });
  const control = child.stdio[3] as Duplex;
  const environment = child.stdio[4] as Duplex;
  const reports = monitor === null ? null : ((child.stdio as readonly unknown[])[REPORTS] as Duplex);
  for (const stream of [control, environment, ...(reports === null ? [] : [reports])])
    stream.on("error", () => undefined); // the exit tells
  const reader = createInterface({ input: control });
  // The end of its lines, not its exit: a short job may be over before they were read.
  const gone = new Promise<void>((resolve) => {
    reader.once("close", resolve);
    child.once("error", () => resolve());
  });
  const lines: string[] = [];
  const line = (wanted: RegExp): Promise<boolean> =>
    new Promise((resolve) => {
      reader.on("line", (text) => {
        if (wanted.test(text)) resolve(true);
      });
    });
  reader.on("line", (text) => lines.push(text));
  const probed = line(/^end$/);
  const begun = line(/^job \d+$/);
  if (!(await within(SETUP_MS, probed, gone))) {
    child.kill("SIGKILL");
    return noIsolation("the kernel or its security module refuses user namespaces, or their set-up failed");
  }
  const isolation = levelOf(lines, sandbox.hidden);
  try {
    announce(isolation, options);
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
  control.write("go\n");
  environment.end(environmentScript(options.env));
  if (!(await within(SETUP_MS, begun, gone))) {
    child.kill("SIGKILL");
    throw new BulkheadError("run.not-started", { command: options.command[0], reason: "the sandbox ended" });
  }
  let pid = Number(lines.find((text) => text.startsWith("job "))?.slice(4));
  return {
    child,
    isolation,
    reports,
    isJob: (number) => (pid = number),
    send: (signal, group) => {
      if (pid > 1) control.write(`${constants.signals[signal]} ${group ? -pid : pid}\n`);
    },
    sweep: () => control.destroy(),
  };
}

/** True when `wanted` came before `gone` and before the time ran out. */
async function within(ms: number, wanted: Promise<boolean>, gone: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), ms)));
  try {
    return await Promise.race([wanted, gone.then(() => false), late]);
  } finally {
    clearTimeout(timer);
  }
}
