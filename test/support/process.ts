/** Real Bulkhead processes for tests that kill, starve or confine them. Each ends with the test process at the latest. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

const SUPPORT = import.meta.dirname;

export interface Started {
  readonly child: ChildProcess;
  readonly pid: number;
  /** What it wrote to standard error so far. */
  log(): string;
  /** Next line of standard output; null at its end. */
  line(): Promise<string | null>;
  /** Sends the signal and resolves when the process is gone. Gives its exit code, null after a signal. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
  readonly ended: Promise<number | null>;
}

/** Words put before the program: `["setpriv", …]`; they must `exec` it, so that the process id stays. */
export interface SpawnOptions {
  readonly home: string;
  readonly wrap?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export function spawnProgram(file: string, args: readonly string[], options: SpawnOptions): Started {
  const [program = "", ...words] = [...(options.wrap ?? []), process.execPath, join(SUPPORT, file), ...args];
  const child = spawn(program, words, {
    cwd: "/",
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env.PATH ?? "/usr/bin:/bin",
      HOME: options.home,
      BULKHEAD_HOME: options.home,
      ...options.env,
    },
  });
  const killWithUs = (): void => void child.kill("SIGKILL");
  process.once("exit", killWithUs);
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => (log += chunk.toString("utf8")));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      process.removeListener("exit", killWithUs);
      resolve(code);
    });
  });
  return {
    child,
    pid: child.pid ?? 0,
    log: () => log,
    line: async () => {
      const next = await lines.next();
      return next.done === true ? null : next.value;
    },
    end: (signal = "SIGKILL") => {
      child.kill(signal);
      return ended;
    },
    ended,
  };
}

export interface ServerProcess extends Started {
  readonly address: string;
  /** A stored root token. */
  readonly token: string;
}

/** The server did not start: the code and words of its error. */
export class StartFailed extends Error {
  readonly code: string;
  readonly hint: string;
  constructor(code: string, message: string, hint: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

export async function spawnServer(options: SpawnOptions): Promise<ServerProcess> {
  const started = spawnProgram("server-main.ts", [], options);
  const line = await started.line();
  const said = JSON.parse(line ?? "{}") as Readonly<Record<string, string>>;
  if (said.address === undefined || said.token === undefined) {
    await started.end();
    throw new StartFailed(
      said.error ?? "none",
      said.message ?? `it said nothing: ${started.log()}`,
      said.hint ?? "",
    );
  }
  return { ...started, address: said.address, token: said.token };
}

/** `setpriv` words that drop root, or the reason why that is impossible here. A process that is no root needs none. */
export const UNPRIVILEGED = 12_345;
export function dropRoot(): { readonly wrap: readonly string[]; readonly uid: number } | string {
  const own = process.getuid?.();
  if (own === undefined) return "this system has no user ids";
  if (own !== 0) return { wrap: [], uid: own };
  const id = String(UNPRIVILEGED);
  const wrap = ["setpriv", `--reuid=${id}`, `--regid=${id}`, "--clear-groups"];
  const [program = "", ...words] = [
    ...wrap,
    process.execPath,
    "-e",
    `require("fs").readFileSync(${JSON.stringify(join(SUPPORT, "server-main.ts"))})`,
  ];
  if (spawnSync(program, words, { timeout: 20_000 }).status !== 0)
    return "root cannot become another user that reads these sources";
  return { wrap, uid: UNPRIVILEGED };
}

/** Words that start a program where `folder` is a file system of its own of `size`, or the reason why not. */
export function smallDisk(folder: string, size: string): readonly string[] | string {
  const mount = 'mount -t tmpfs -o "size=$1,mode=0700" bulkhead-test "$2" && shift 2 && exec "$@"';
  const wrap = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount, "sh", size, folder];
  const [program = "", ...words] = [...wrap, "true"];
  if (spawnSync(program, words, { timeout: 20_000 }).status !== 0)
    return "no user namespaces here, so no small disk";
  return wrap;
}
