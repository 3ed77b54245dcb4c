/**
 * Kills processes that write, and says what was lost: every acknowledged write must be there with its value and version, every
 * version that metadata names must be readable and be something that was sent, and the audit log must verify and hold the answer.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { readAuditLog, verifyAuditLog } from "../../src/audit-log/index.ts";
import { ApiClient } from "../../src/client/index.ts";
import { openLocal } from "../../src/server/local.ts";
import { fake } from "./fake.ts";
import { spawnProgram, spawnServer } from "./process.ts";
import { rest } from "./rest.ts";

export interface Acknowledged {
  readonly path: string;
  readonly value: string;
  readonly version: number;
}

export class Ledger {
  /** Path → values that were sent. */
  readonly sent = new Map<string, Set<string>>();
  readonly acknowledged: Acknowledged[] = [];

  send(path: string, value: string): void {
    this.sent.set(path, (this.sent.get(path) ?? new Set()).add(value));
  }
}

export interface RoundCounts {
  rounds: number;
  acknowledged: number;
  /** Rounds in which the process died with requests under way. */
  midWrite: number;
  /** Versions that were stored and never acknowledged. */
  unacknowledged: number;
  /** Audit lines cut off in the middle, as the log's own `recovered` entries tell. */
  recovered: number;
}

const home = (): string => mkdtempSync(join(tmpdir(), "bulkhead-kill-"));

/** `writes` over `connections` to a server that is killed at a random moment of them, again and again on one store. */
export async function killServerRounds(
  rounds: number,
  writes: number,
  { connections = 8, signal = "SIGKILL" }: { connections?: number; signal?: "SIGKILL" | "SIGTERM" } = {},
): Promise<RoundCounts> {
  const folder = home();
  const ledger = new Ledger();
  const counts = { rounds, acknowledged: 0, midWrite: 0, unacknowledged: 0, recovered: 0 };
  try {
    for (let round = 0; round < rounds; round++) {
      if (await killServerOnce(folder, ledger, `r${round}`, { writes, connections, signal }))
        counts.midWrite++;
      const server = await spawnServer({ home: folder });
      const call = rest(server.address, server.token);
      // the last round reads everything once more
      const which = round === rounds - 1 ? "" : `kill/r${round}/`;
      counts.unacknowledged = await checkStored(ledger, which, {
        versions: async (path) => {
          const answer = await call("GET", `secret/metadata/${path}`);
          return answer.status === 404 ? 0 : Number(answer.json.data?.current_version);
        },
        value: async (path, version) => {
          const answer = await call("GET", `secret/data/${path}?version=${version}`);
          assert.equal(answer.status, 200, `${path} version ${version}: ${answer.text}`);
          return String(answer.json.data?.data?.value);
        },
      });
      call.close();
      // half of the rounds go on from a killed server, so that recovery meets recovery
      assert.equal(await server.end(round % 2 === 0 ? "SIGTERM" : "SIGKILL"), round % 2 === 0 ? 0 : null);
    }
    counts.acknowledged = ledger.acknowledged.length;
    counts.recovered = await checkAudit(folder, ledger);
    return counts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function killServerOnce(
  folder: string,
  ledger: Ledger,
  name: string,
  { writes, connections, signal }: { writes: number; connections: number; signal: "SIGKILL" | "SIGTERM" },
): Promise<boolean> {
  const server = await spawnServer({ home: folder });
  const call = rest(server.address, server.token);
  const killAt = 1 + Math.floor(Math.random() * (writes - 1));
  let next = 0;
  let answered = 0;
  let dropped = 0;
  let killed: Promise<number | null> | null = null;
  const work = async (connection: number): Promise<void> => {
    for (let at = next++; at < writes && killed === null; at = next++) {
      // every other one at a path that the other connections write too; never more than the ten versions that are kept
      const path = at % 2 === 0 ? `kill/${name}/shared/${at >> 4}` : `kill/${name}/${connection}/${at >> 4}`;
      const value = fake(`${name}_`, 24);
      ledger.send(path, value);
      try {
        const answer = await call("POST", `secret/data/${path}`, { data: { value } });
        assert.equal(answer.status, 200, answer.text);
        ledger.acknowledged.push({ path, value, version: Number(answer.json.data?.version) });
        // a moment later, so that the blow does not always fall right behind an answer
        if (++answered === killAt) killed = delay(Math.random() * 3).then(() => server.end(signal));
      } catch (error) {
        if (killed === null || error instanceof assert.AssertionError) throw error;
        dropped++;
      }
    }
  };
  await Promise.all(Array.from({ length: connections }, (_, connection) => work(connection)));
  call.close();
  assert.equal(await (killed ?? server.end(signal)), signal === "SIGTERM" ? 0 : null, server.log());
  return dropped > 0;
}

/** Processes that open the store themselves, several at once, each killed at a moment of its own. */
export async function killCliRounds(rounds: number, processes = 4): Promise<RoundCounts> {
  const folder = home();
  const ledger = new Ledger();
  const counts = { rounds, acknowledged: 0, midWrite: 0, unacknowledged: 0, recovered: 0 };
  try {
    for (let round = 0; round < rounds; round++) {
      const open = await Promise.all(
        Array.from({ length: processes }, (_, at) => killCliOnce(folder, ledger, `r${round}`, `p${at}`)),
      );
      counts.midWrite += open.filter(Boolean).length;
      const which = round === rounds - 1 ? "" : `kill/r${round}/`;
      counts.unacknowledged = await checkStoredIn(folder, ledger, which);
    }
    counts.acknowledged = ledger.acknowledged.length;
    counts.recovered = await checkAudit(folder, ledger);
    return counts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Everything the ledger says against a closed store. Throws an AssertionError that says what is missing. */
export async function checkHome(folder: string, ledger: Ledger): Promise<void> {
  await checkStoredIn(folder, ledger, "");
  await checkAudit(folder, ledger);
}

async function checkStoredIn(folder: string, ledger: Ledger, prefix: string): Promise<number> {
  const local = await openLocal({ home: folder });
  try {
    const api = new ApiClient({ transport: local.handle, token: local.operatorToken });
    return await checkStored(ledger, prefix, {
      versions: async (path) => Number((await api.read(`secret/metadata/${path}`))?.current_version ?? 0),
      value: async (path, version) => {
        const found = await api.readSecret(`secret/data/${path}`, version);
        assert.ok(found !== null, `${path} version ${version} is named and not there`);
        return found.fields.get("value")?.revealText() ?? "";
      },
    });
  } finally {
    await local.close();
  }
}

/** True when it died with a put under way. */
export async function killCliOnce(
  folder: string,
  ledger: Ledger,
  group: string,
  name: string,
): Promise<boolean> {
  const atOnce = String(1 + Math.floor(Math.random() * 4));
  const child = spawnProgram("put-main.ts", [group, name, "400", atOnce], { home: folder });
  const killAt = 1 + Math.floor(Math.random() * 60);
  let open = 0;
  let answered = 0;
  for (let line = await child.line(); line !== null; line = await child.line()) {
    const [kind, path = "", value = "", version] = line.split(" ");
    if (kind === ">") {
      ledger.send(path, value);
      open++;
    }
    if (kind !== "<") continue;
    open--;
    ledger.acknowledged.push({ path, value, version: Number(version) });
    if (++answered === killAt) setTimeout(() => child.child.kill("SIGKILL"), Math.random() * 3);
  }
  assert.equal(await child.ended, null, `it ended by itself: ${child.log()}`);
  return open > 0;
}

interface StoredReader {
  /** The current version; 0: there is no such secret. */
  versions(path: string): Promise<number>;
  /** Throws when it is not there. */
  value(path: string, version: number): Promise<string>;
}

/** Gives how many versions nobody acknowledged. */
async function checkStored(ledger: Ledger, prefix: string, reader: StoredReader): Promise<number> {
  const stored = new Map<string, readonly string[]>();
  let unacknowledged = 0;
  const paths = [...ledger.sent.keys()].filter((path) => path.startsWith(prefix));
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < paths.length; at = next++) {
      const path = paths[at] as string;
      const current = await reader.versions(path);
      const values: string[] = [];
      for (let version = 1; version <= current; version++) {
        const value = await reader.value(path, version);
        assert.ok(ledger.sent.get(path)?.has(value), `${path} version ${version} is nothing that was sent`);
        values.push(value);
      }
      assert.equal(new Set(values).size, values.length, `${path}: one write became two versions`);
      stored.set(path, values);
      unacknowledged += values.length;
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  for (const { path, value, version } of ledger.acknowledged) {
    if (!path.startsWith(prefix)) continue;
    assert.equal(stored.get(path)?.[version - 1], value, `acknowledged and lost: ${path} version ${version}`);
    unacknowledged--;
  }
  return unacknowledged;
}

/** Gives the number of lines that were cut off and recovered. */
async function checkAudit(folder: string, ledger: Ledger): Promise<number> {
  const local = await openLocal({ home: folder });
  const anchors = await local.kernel.auditAnchors();
  await local.close();
  assert.ok(anchors.length > 0, "the store holds no anchor");
  const reports = await verifyAuditLog(join(folder, "audit"), { anchors });
  assert.deepEqual(
    reports.filter(({ ok }) => !ok),
    [],
  );
  const answers = new Map<string, number>();
  let recovered = 0;
  for await (const { entry } of readAuditLog(join(folder, "audit"))) {
    if (entry.type === "recovered") recovered++;
    const { path, status, data } = entry as { path?: string; status?: number; data?: { version?: number } };
    if (entry.type !== "response" || status !== 200 || data?.version === undefined) continue;
    const key = `${path} ${data.version}`;
    answers.set(key, (answers.get(key) ?? 0) + 1);
  }
  for (const { path, version } of ledger.acknowledged)
    assert.equal(
      answers.get(`secret/data/${path} ${version}`),
      1,
      `the audit log holds no answer for ${path} version ${version}`,
    );
  return recovered;
}
