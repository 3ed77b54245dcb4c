/** Starts a job in its sandbox and speaks with its init: probes, the word to go, signals, what to hide again. */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { createInterface } from "node:readline";
import type { Duplex } from "node:stream";
import { BulkheadError } from "../core/errors.ts";
import type { Destination } from "../egress/index.ts";
import { ClosedNetwork } from "./closed-network.ts";
import { inherited } from "./inherit.ts";
import { type Attempt, type IsolationLevel, type Sandbox, levelOf, refusedSandbox } from "./isolate.ts";
import { Recovery } from "./recover.ts";
import { CANARY_VARIABLE, environmentScript } from "./sandbox.ts";
import { SetupFiles } from "./setup-files.ts";
import { startTimeOf } from "./start-time.ts";
import { type JobOptions, type Start, type Started, announce } from "./started.ts";
import { sandboxArguments } from "./ways.ts";

/** How long the sandbox may take to set itself up and probe. */
const SETUP_MS = 15_000;
/** The monitor's descriptor; 3 and 4 are the init's. */
const REPORTS = 6;

/** The job in its sandbox, or a level 0 when none could be made. */
export async function startInside(sandbox: Sandbox, start: Start): Promise<Started | IsolationLevel> {
  let best: { readonly attempt: Attempt; readonly level: number } | null = null;
  for (const attempt of sandbox.attempts) {
    const room = await enter(sandbox, attempt, start);
    if (room === null) continue;
    if (room.isolation.level >= attempt.level) return await begin(room, start.options);
    room.abandon();
    if (best === null || room.isolation.level > best.level) best = { attempt, level: room.isolation.level };
  }
  const again = best === null ? null : await enter(sandbox, best.attempt, start);
  return again === null ? refusedSandbox() : await begin(again, start.options);
}

/** A sandbox that was probed and waits for the word to go. */
interface Room {
  readonly started: Omit<Started, "send" | "isJob">;
  readonly isolation: IsolationLevel;
  readonly control: Duplex;
  readonly environment: Duplex;
  readonly network: ClosedNetwork | null;
  readonly recovery: Recovery;
  /** Resolves to the job's number in its namespace, null when the sandbox ended first. */
  readonly job: () => Promise<number | null>;
  abandon(): void;
}

/** Null when the sandbox could not be made, or its probes did not finish. */
async function enter(
  sandbox: Sandbox,
  attempt: Attempt,
  { options, file, stdio, monitor }: Start,
): Promise<Room | null> {
  const { tools, uid, gid } = sandbox;
  const network = attempt.rules === null ? null : await ClosedNetwork.open(attempt.rules);
  const files = new SetupFiles(attempt.level > 1);
  const hidden = [...attempt.hidden, ...files.hidden];
  const [first = "", ...rest] = sandboxArguments({
    way: attempt.way,
    tools,
    uid,
    gid,
    hidden,
    startTime: startTimeOf("self"),
    canary: files.canary,
    network: network?.script() ?? null,
    loopback: attempt.loopback,
    fileOf: (decoy) => files.fileOf(decoy),
  });
  const command = monitor === null ? options.command : [...monitor(REPORTS), file, ...options.command];
  const child = spawn(first, [...rest, ...command], {
    cwd: options.cwd,
    env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin", [CANARY_VARIABLE]: files.canary?.value ?? "" },
    detached: true,
    stdio: [
      ...stdio,
      "pipe",
      "pipe",
      network === null ? "ignore" : "ipc",
      monitor === null ? "ignore" : "pipe",
      ...inherited(options.inherit, REPORTS + 1),
    ],
  });
  network?.attach(child);
  const control = child.stdio[3] as Duplex;
  const environment = child.stdio[4] as Duplex;
  const reports = monitor === null ? null : ((child.stdio as readonly unknown[])[REPORTS] as Duplex);
  for (const stream of [control, environment, ...(reports === null ? [] : [reports])])
    stream.on("error", () => undefined); // the exit tells
  const reader = createInterface({ input: control });
  reader.on("error", () => undefined); // it repeats those of its stream
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
  const recovery = new Recovery({
    watched: sandbox.watched,
    hidden,
    cover: ({ kind, path }) => {
      if (!path.includes("\n")) control.write(`cover ${kind} ${path}\n`);
    },
  });
  const close = async (): Promise<readonly Destination[] | null> => {
    recovery.close();
    control.destroy();
    return (await network?.close()) ?? null;
  };
  const finished = await within(SETUP_MS, probed, gone);
  files.remove();
  network?.endProbes();
  const abandon = (): void => {
    close().catch(() => undefined);
    environment.destroy();
    child.kill("SIGKILL");
  };
  if (!finished) {
    abandon();
    return null;
  }
  const isolation = levelOf(lines, { level: attempt.level, hidden: attempt.hidden }, network?.facts ?? null);
  const job = async (): Promise<number | null> => {
    if (!(await within(SETUP_MS, begun, gone))) return null;
    return Number(lines.find((text) => text.startsWith("job "))?.slice(4));
  };
  const started = { child, isolation, reports, sweep: close };
  return { started, isolation, control, environment, network, recovery, job, abandon };
}

/** Says the level and lets the job go. Throws `run.isolation-too-low`, `run.not-started`. */
async function begin(room: Room, options: JobOptions): Promise<Started> {
  const { started, isolation, control, environment, network, recovery } = room;
  try {
    announce(isolation, options);
  } catch (error) {
    room.abandon();
    throw error;
  }
  control.write("go\n");
  environment.end(
    environmentScript({ ...options.env, ...(isolation.level === 3 ? network?.variables() : {}) }),
  );
  const pid = await room.job();
  if (pid === null) {
    room.abandon();
    throw new BulkheadError("run.not-started", { command: options.command[0], reason: "the sandbox ended" });
  }
  recovery.lookAll();
  let main = pid;
  return {
    ...started,
    isJob: (number) => (main = number),
    send: (signal, group) => {
      if (main > 1) control.write(`${constants.signals[signal]} ${group ? -main : main}\n`);
    },
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
