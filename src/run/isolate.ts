/**
 * Isolation of a job. The level that is stated is what probes inside the sandbox failed to do just before the job starts, never what
 * the presence of a tool suggests; where no sandbox can be made the level is 0 and says why.
 */
import { type EgressRules, parseRules } from "../egress/index.ts";
import type { Candidate } from "./candidates.ts";
import { type HiddenPlace, type HideOptions, hiddenPlaces } from "./hidden.ts";
import { mendFor } from "./mend.ts";
import { type Tools, findTools, loopbackUp } from "./tools.ts";
import type { WayName } from "./ways.ts";

export type Level = 0 | 1 | 2 | 3;

export interface IsolationLevel {
  /** 0 nothing is hidden, 1 Bulkhead's processes are invisible, 2 its files and the other hidden places too, 3 the network is closed but for declared hosts. */
  readonly level: Level;
  readonly name: (typeof LEVELS)[number];
  /** What the probes tried in vain. */
  readonly proven: readonly string[];
  /** What a hostile job could do at this level. */
  readonly missing: readonly string[];
}

/** One try to make the sandbox; the first that reaches its level is taken. */
export interface Attempt {
  readonly way: WayName;
  readonly level: 1 | 2 | 3;
  readonly hidden: readonly HiddenPlace[];
  /** Null where the network stays open. */
  readonly rules: EgressRules | null;
  /** Shell text that brings up the loopback of a closed network. */
  readonly loopback: string | null;
}

export interface Sandbox {
  readonly attempts: readonly Attempt[];
  readonly tools: Tools;
  readonly uid: number;
  readonly gid: number;
  /** Where a place may appear, or be replaced by another, while the job runs. */
  readonly watched: readonly Candidate[];
}

/** macOS' own sandbox, which hides these places: what it is worth is seen when it is used (`seatbelt-level.ts`). */
export interface Seatbelt {
  readonly seatbelt: readonly HiddenPlace[];
  /** In place of `sandbox-exec`. */
  readonly program?: string;
}

/** An `IsolationLevel` where this machine has no sandbox: a level 0 that says why. */
export type SandboxPlan = Sandbox | Seatbelt | IsolationLevel;

export interface SandboxOptions extends HideOptions {
  readonly gid: number;
  /** Default: 3 where `network` is given, else 2. */
  readonly level?: Level;
  /** The only hosts that the job may reach; null leaves the network open. */
  readonly network?: readonly string[] | null;
  /** Bubblewrap's program, null for none. Default: the system's. */
  readonly bwrap?: string | null;
  /** The ways to try, in order. Default: both. */
  readonly ways?: readonly WayName[];
  /** Default: this machine's. */
  readonly platform?: NodeJS.Platform;
}

export const LEVELS = ["none", "processes", "processes and files", "processes, files and network"] as const;
export const OPEN_NETWORK =
  "the network is open: what the job can read it can send anywhere (`network:` of the stage, or --allow-host, closes it)";

/** The ways into the sandbox, or why this machine has none. Throws `run.workspace-hidden`, `egress.bad-host`. */
export function planSandbox(options: SandboxOptions): SandboxPlan {
  const { network = null, uid, gid, platform = process.platform } = options;
  const rules = parseRules(network ?? []);
  const level = options.level ?? (network === null ? 2 : 3);
  const { places, watched } = hiddenPlaces(options);
  if (level === 0) return noIsolation("it was switched off");
  if (platform === "darwin") return { seatbelt: level < 2 ? [] : places };
  if (platform !== "linux") return noIsolation("this system has no user namespaces");
  const tools = findTools(options.bwrap);
  if (typeof tools === "string") return noIsolation(`${tools} of util-linux is not installed`);
  const ways = (options.ways ?? (["unshare", "bubblewrap"] as const)).filter(
    (way) => way === "unshare" || tools.bwrap !== null,
  );
  const hiddenAt = (at: Level): readonly HiddenPlace[] => {
    if (at < 2) return [];
    return at === 3 ? hiddenPlaces({ ...options, sockets: true }).places : places;
  };
  const loopback = level === 3 ? loopbackUp() : null;
  const attemptsAt = (at: 1 | 2 | 3): Attempt[] => {
    const shared = { level: at, hidden: hiddenAt(at), rules: at === 3 ? rules : null, loopback };
    return ways
      .filter((way) => at < 3 || way === "bubblewrap" || loopback !== null)
      .map((way) => ({ way, ...shared }));
  };
  const attempts = level === 3 ? [...attemptsAt(3), ...attemptsAt(2)] : attemptsAt(level);
  return { attempts, tools, uid, gid, watched: level < 2 ? [] : watched };
}

export function isSandbox(plan: SandboxPlan): plan is Sandbox {
  return "attempts" in plan;
}

export function noIsolation(why: string): IsolationLevel {
  const root = process.getuid?.() === 0 ? ["the job is root: nothing on this machine is kept from it"] : [];
  return {
    level: 0,
    name: LEVELS[0],
    proven: [],
    missing: [
      `no sandbox: ${why}`,
      ...root,
      "Bulkhead's processes, their environment and memory can be read by a job of the same user",
      "Bulkhead's files and every other file of the user can be read",
      OPEN_NETWORK,
    ],
  };
}

/** Every try failed before its probes could speak. */
export const refusedSandbox = (): IsolationLevel =>
  noIsolation(
    `the kernel or its security module refuses user namespaces, or their set-up failed; ${mendFor()}`,
  );

export interface NetworkFacts {
  /** What the job could reach of what only the machine's own network has. */
  readonly seen: readonly string[];
}

/**
 * `lines` are what the probe printed; without its last line nothing is proven. `network` is what `closed-network.ts` found, null where it
 * was left open or could not be closed.
 */
export function levelOf(
  lines: readonly string[],
  attempt: Pick<Attempt, "level" | "hidden">,
  network: NetworkFacts | null = null,
): IsolationLevel {
  if (!lines.includes("end")) return noIsolation("the probes did not finish");
  const said = new Set(lines);
  const proven: string[] = [];
  const missing: string[] = [];
  const judge = (bad: boolean, whenGood: string, whenBad: string): boolean => {
    (bad ? missing : proven).push(bad ? whenBad : whenGood);
    return !bad;
  };
  const processes = [
    judge(said.has("seen process"), "Bulkhead's process is invisible", "Bulkhead's process is visible"),
    judge(
      said.has("seen environ"),
      "no environment outside can be read",
      "the environment of processes outside can be read",
    ),
    judge(
      said.has("seen memory"),
      "no memory outside can be read",
      "the memory of processes outside can be read",
    ),
  ];
  if (said.has("seen init"))
    missing.push("the sandbox's own first process can be read and stopped; it holds no secret");
  const files = attempt.level < 2 ? [false] : filesHeld(said, attempt.hidden, judge);
  if (attempt.level < 2) missing.push("Bulkhead's files and every other file of the user can be read");
  const closed = network !== null && networkHeld(said, network, judge);
  if (network === null) missing.push(OPEN_NETWORK);
  const level = !processes.every(Boolean) ? 0 : !files.every(Boolean) ? 1 : closed ? 3 : 2;
  return { level, name: LEVELS[level], proven, missing };
}

type Judge = (bad: boolean, whenGood: string, whenBad: string) => boolean;

function filesHeld(said: ReadonlySet<string>, hidden: readonly HiddenPlace[], judge: Judge): boolean[] {
  return [
    judge(said.has("done undo"), "umount and nsenter are refused", "the sandbox can be undone from inside"),
    judge(
      said.has("seen settings"),
      "kernel settings cannot be written",
      "kernel settings can be written, which start programs outside",
    ),
    judge(
      said.has("seen canary"),
      "a key file made for the test is hidden",
      "a key file made for the test can be read",
    ),
    ...hidden.map(({ path }, index) =>
      judge(said.has(`seen place ${index}`), `${path} is hidden`, `${path} can be read`),
    ),
  ];
}

function networkHeld(said: ReadonlySet<string>, { seen }: NetworkFacts, judge: Judge): boolean {
  return [
    judge(
      said.has("seen interface"),
      "there is no way to the network but the proxy",
      "an interface to the network is there",
    ),
    judge(
      seen.includes("loopback"),
      "a listener on this machine's loopback is out of reach",
      "this machine's loopback can be reached",
    ),
    judge(
      seen.includes("abstract"),
      "an abstract socket of this machine is out of reach",
      "this machine's abstract sockets can be reached",
    ),
    judge(
      seen.includes("metadata"),
      "the metadata address is refused",
      "the metadata address is not refused",
    ),
  ].every(Boolean);
}
