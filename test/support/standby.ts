/**
 * A PostgreSQL with a synchronous standby, from Debian's packages (the ones from npm lack `pg_basebackup`), behind an address that
 * follows the primary. `apt-get install -y postgresql` is all it needs; its own cluster is not touched.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, type Server, type Socket, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { freePort } from "./port.ts";
import { command } from "./postgres.ts";

const ROOT = "/usr/lib/postgresql";
const USER = "bulkhead";

/** The folder of Debian's programs, or why there is none. */
export function debianPrograms(): { readonly bin: string } | string {
  const versions = existsSync(ROOT) ? readdirSync(ROOT).sort((a, b) => Number(b) - Number(a)) : [];
  const bin = versions
    .map((version) => join(ROOT, version, "bin"))
    .find((each) => existsSync(join(each, "initdb")));
  if (bin === undefined)
    return `no PostgreSQL of Debian's in ${ROOT}: \`apt-get install -y postgresql\`, where there is apt`;
  const [program, args] = command(join(bin, "postgres"), ["--version"]);
  return spawnSync(program, args).status === 0
    ? { bin }
    : "no user namespaces, which PostgreSQL needs under root";
}

interface Cluster {
  readonly data: string;
  readonly port: number;
  readonly child: ChildProcess;
}

export class StandbyPair {
  readonly #bin: string;
  readonly #folder = mkdtempSync(join(tmpdir(), "bulkhead-standby-"));
  readonly #password = randomBytes(18).toString("base64url");
  readonly #sockets = new Set<Socket>();
  readonly #proxy: Server;
  #count = 0;
  #primary: Cluster | null = null;
  #standby: Cluster | null = null;

  constructor(bin: string) {
    this.#bin = bin;
    this.#proxy = createServer((near) => {
      const far = connect(this.#primary?.port ?? 1, "127.0.0.1");
      for (const socket of [near, far]) {
        this.#sockets.add(socket);
        socket.on("error", () => undefined);
        socket.on("close", () => [near, far].forEach((each) => each.destroy()));
      }
      near.pipe(far).pipe(near);
    });
  }

  async start(): Promise<void> {
    const data = this.#newData();
    const passwordFile = join(this.#folder, "password");
    writeFileSync(passwordFile, this.#password, { mode: 0o600 });
    this.#run("initdb", ["-D", data, "-U", USER, `--pwfile=${passwordFile}`, "-A", "scram-sha-256", "-N"]);
    this.#primary = await this.#serve(data);
    await new Promise<void>((resolve) => this.#proxy.listen(0, "127.0.0.1", resolve));
    await this.addStandby();
  }

  /** Follows the primary, whichever it is. */
  dsn(): string {
    const { port } = this.#proxy.address() as AddressInfo;
    return `postgres://${USER}:${this.#password}@127.0.0.1:${port}/postgres`;
  }

  /** A copy of the primary that holds every commit before it is acknowledged. */
  async addStandby(): Promise<void> {
    const primary = this.#must(this.#primary);
    const data = this.#newData();
    const from = ["-h", "127.0.0.1", "-p", String(primary.port), "-U", USER];
    this.#run("pg_basebackup", ["-D", data, "-R", "-X", "stream", "-c", "fast", ...from]);
    this.#standby = await this.#serve(data);
    await this.#sql(primary, "ALTER SYSTEM SET synchronous_standby_names = '*'");
    await this.#sql(primary, "SELECT pg_reload_conf()");
    for (;;) {
      const rows = await this.#sql(primary, "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'");
      if (rows.length > 0) return;
      await delay(50);
    }
  }

  /** `kill -9` of the primary; the standby takes its place, and the address points there once it takes writes. */
  async failOver(): Promise<void> {
    const [old, heir] = [this.#must(this.#primary), this.#must(this.#standby)];
    await end(old.child, "SIGKILL");
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
    // while it is still a standby, nobody may be served from it
    this.#primary = heir;
    this.#standby = null;
    await delay(50);
    await this.#sql(heir, "SELECT pg_promote(true, 60)");
    await this.#sql(heir, "ALTER SYSTEM RESET synchronous_standby_names");
    await this.#sql(heir, "SELECT pg_reload_conf()");
    rmSync(old.data, { recursive: true, force: true });
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#proxy.close(resolve));
    for (const cluster of [this.#primary, this.#standby])
      if (cluster !== null) await end(cluster.child, "SIGQUIT");
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #newData(): string {
    return join(this.#folder, `data${this.#count++}`);
  }

  #must(cluster: Cluster | null): Cluster {
    if (cluster === null) throw new Error("there is no such server");
    return cluster;
  }

  #run(name: string, args: readonly string[]): void {
    const [program, words] = command(join(this.#bin, name), args);
    const env = { PATH: process.env.PATH ?? "", LC_ALL: "C", PGPASSWORD: this.#password };
    const done = spawnSync(program, words, { encoding: "utf8", env });
    if (done.status !== 0) throw new Error(`${name} failed: ${done.stdout}${done.stderr}`);
  }

  async #serve(data: string): Promise<Cluster> {
    const port = await freePort();
    const settings = [
      `port=${port}`,
      "listen_addresses=127.0.0.1",
      "unix_socket_directories=",
      "hot_standby=on",
    ];
    const more = ["shared_buffers=32MB", "dynamic_shared_memory_type=mmap"];
    const [program, args] = command(join(this.#bin, "postgres"), [
      "-D",
      data,
      ...[...settings, ...more].flatMap((setting) => ["-c", setting]),
    ]);
    const child = spawn(program, args, {
      stdio: "ignore",
      env: { PATH: process.env.PATH ?? "", LC_ALL: "C" },
    });
    const killWithUs = (): void => void child.kill("SIGQUIT");
    process.once("exit", killWithUs);
    child.once("exit", () => process.removeListener("exit", killWithUs));
    const cluster = { data, port, child };
    for (let tries = 0; ; tries++) {
      try {
        await this.#sql(cluster, "SELECT 1");
        return cluster;
      } catch (error) {
        if (tries > 600 || child.exitCode !== null) throw error;
        await delay(50);
      }
    }
  }

  async #sql({ port }: Pick<Cluster, "port">, text: string): Promise<readonly unknown[]> {
    const client = new pg.Client({
      host: "127.0.0.1",
      port,
      user: USER,
      password: this.#password,
      database: "postgres",
    });
    client.on("error", () => undefined);
    await client.connect();
    try {
      return (await client.query(text)).rows as unknown[];
    } finally {
      await client.end();
    }
  }
}

async function end(child: ChildProcess, how: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill(how);
  await ended;
}
