/** Runs the release bundle as people do: its own process, its own HOME and store in a temporary folder, nothing inherited but PATH. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "..", "..");
export const BIN = join(root, "dist", "bulkhead");
execFileSync(process.execPath, [join(root, "tools", "build.ts")]); // nothing to do where the bundle is fresh

/** As a shell shows it. */
const codeOf = (status: number | null, signal: NodeJS.Signals | null): number | null =>
  signal === null ? status : 128 + constants.signals[signal];

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

export interface Sandbox {
  /** The temporary folder; a project goes to `project`. */
  readonly root: string;
  readonly home: string;
  readonly store: string;
  readonly project: string;
  readonly env: Readonly<Record<string, string>>;
  bulkhead(args: readonly string[], options?: RunOptions): Result;
  /** The same without blocking this process, which may be the server that it speaks with. */
  later(args: readonly string[], options?: RunOptions): Promise<Result>;
  json<T>(args: readonly string[], options?: RunOptions): T;
  write(path: string, text: string, mode?: number): string;
  /** Done before the folder goes. */
  atEnd(clean: () => unknown): void;
}

/** A test's, or with `{ after }` of `node:test`, called outside of any, a whole file's. */
export function sandbox(t: { after(clean: () => unknown): void }): Sandbox {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "bulkhead-cli-")));
  const cleaners: (() => unknown)[] = [];
  t.after(async () => {
    for (const clean of cleaners) await clean();
    rmSync(folder, { recursive: true, force: true });
  });
  const [home, store, project] = [join(folder, "home"), join(folder, "store"), join(folder, "project")];
  for (const path of [home, project]) mkdirSync(path, { mode: 0o700 });
  const env = {
    PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
    HOME: home,
    BULKHEAD_HOME: store,
    TMPDIR: folder,
    LANG: "C.UTF-8",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_SYSTEM: "/dev/null",
  };
  const bulkhead = (args: readonly string[], options: RunOptions = {}): Result => {
    const done = spawnSync(process.execPath, [BIN, ...args], {
      cwd: options.cwd ?? project,
      env: { ...env, ...options.env },
      input: options.input ?? "",
      encoding: "utf8",
      timeout: 60_000,
    });
    return { code: codeOf(done.status, done.signal), stdout: done.stdout, stderr: done.stderr };
  };
  return {
    root: folder,
    home,
    store,
    project,
    env,
    atEnd: (clean) => void cleaners.push(clean),
    bulkhead,
    later: (args, options = {}) =>
      new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [BIN, ...args], {
          cwd: options.cwd ?? project,
          env: { ...env, ...options.env },
          stdio: "pipe",
          timeout: 60_000,
        });
        const said = { stdout: "", stderr: "" };
        for (const name of ["stdout", "stderr"] as const)
          child[name].setEncoding("utf8").on("data", (text: string) => (said[name] += text));
        child.once("error", reject);
        child.once("close", (code) => resolve({ code, ...said }));
        child.stdin.end(options.input ?? "");
      }),
    json: <T>(args: readonly string[], options?: RunOptions): T => {
      const { stdout, stderr } = bulkhead([...args, "--json"], options);
      try {
        return JSON.parse(stdout) as T;
      } catch {
        throw new Error(`no JSON from ${args.join(" ")}: ${stdout}${stderr}`);
      }
    },
    write: (path, text, mode = 0o644) => {
      const place = join(project, path);
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, text, { mode });
      return place;
    },
  };
}

export interface Server {
  readonly address: string;
  readonly token: string;
  readonly child: ChildProcess;
  readonly stderr: () => string;
  /** Sends the signal and gives the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** `bulkhead server --dev` on a free port, stopped after the test. */
export async function startServer(box: Sandbox, args: readonly string[] = ["--dev"]): Promise<Server> {
  const child = spawn(process.execPath, [BIN, "server", "--listen", "127.0.0.1:0", ...args], {
    cwd: box.project,
    env: box.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  const stop = async (signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> => {
    child.kill(signal);
    return await exited;
  };
  box.atEnd(() => stop("SIGKILL"));
  let [out, err] = ["", ""];
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  const wanted = args.includes("--dev") ? /root token: (\S+)/ : /listening on (\S+)/;
  await new Promise<void>((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
      if (wanted.test(out)) resolve();
    });
    child.once("exit", () => reject(new Error(`the server ended: ${err}`)));
  });
  const address = /listening on (\S+)/.exec(out)?.[1] ?? "";
  const token = /root token: (\S+)/.exec(out)?.[1] ?? "";
  return { address, token, child, stderr: () => err, stop };
}

/** A declaration of one stage. */
export const SMALL = `project: demo
environments: { dev: { people: true }, staging: {}, prod: { production: true } }
secrets:
  openai: { provider: openai, purpose: explains, owner: team@example.com }
  aws: { provider: aws, purpose: stores, owner: team@example.com }
stages:
  train: { run: "sh train.sh", use: [openai], set: { EPOCHS: 3 } }
  store: { run: "sh store.sh", use: [aws] }
`;
