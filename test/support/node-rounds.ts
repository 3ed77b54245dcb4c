/**
 * Two nodes on one PostgreSQL under load, one of the three killed in each round. What was acknowledged is held against what is
 * there: every version has the marker of exactly one write, every login took exactly one use of its secret id and gave a token that
 * stands, every leased credential is revoked in the end, and the audit log of each node verifies.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { readAuditLog, verifyAuditLog } from "../../src/audit-log/index.ts";
import { readLedger } from "./ledger-engine.ts";
import { type Node, nodeHome, startNode } from "./nodes.ts";
import type { Postgres } from "./postgres.ts";
import { type Rest, type RestAnswer, rest } from "./rest.ts";

export interface NodeCounts {
  writes: number;
  logins: number;
  leases: number;
  /** Requests whose fate the caller did not learn, or that were refused (503) meanwhile. */
  dropped: number;
  /** Credentials that were revoked more than once, as a kill between revocation and row leaves them. */
  revokedAgain: number;
}

const USES = 100_000;
const PLACES = 3;

class Rounds {
  readonly counts: NodeCounts = { writes: 0, logins: 0, leases: 0, dropped: 0, revokedAgain: 0 };
  readonly #postgres: Postgres;
  readonly #folder: string;
  readonly #ledger: string;
  #nodes: Node[] = [];
  /** Path → version → marker, of acknowledged writes. */
  readonly #written = new Map<string, Map<number, string>>();
  readonly #tokens: string[] = [];
  readonly #users: string[] = [];
  readonly #audited: string[] = [];
  #ids = { role_id: "", secret_id: "" };
  #loginsSent = 0;

  constructor(postgres: Postgres, folder: string) {
    this.#postgres = postgres;
    this.#folder = folder;
    this.#ledger = join(folder, "ledger");
    writeFileSync(this.#ledger, "");
  }

  async open(): Promise<void> {
    await this.#start(0);
    await this.#start(1);
    await this.#asRoot(async (call) => {
      const must = async (...args: Parameters<Rest>): Promise<RestAnswer> => {
        const answer = await call(...args);
        assert.ok(answer.status < 300, answer.text);
        return answer;
      };
      await must("POST", "sys/mounts/ledger", { type: "ledger" });
      await must("POST", "secret/config", { max_versions: 100_000 });
      await must("POST", "auth/approle/role/r", { token_policies: "default", token_ttl: "10h" });
      const secret = await must("POST", "auth/approle/role/r/secret-id", { num_uses: USES });
      const role = await must("GET", "auth/approle/role/r/role-id");
      this.#ids = {
        role_id: String(role.json.data?.role_id),
        secret_id: String(secret.json.data?.secret_id),
      };
    });
  }

  /** Load on both nodes; `victim` (0, 1: a node; 2: PostgreSQL) is killed in the midst of it and comes back. */
  async round(name: string, victim: number): Promise<void> {
    let ending = false;
    const workers = [0, 1].flatMap((node) =>
      [0, 1, 2, 3].map((worker) => this.#work(node, `${name}/${worker % PLACES}`, () => ending)),
    );
    await delay(150 + Math.random() * 200);
    if (victim === 2) await this.#postgres.kill();
    else await this.#node(victim).started.end("SIGKILL");
    await delay(Math.random() * 100);
    if (victim === 2) await this.#postgres.restart();
    ending = true;
    await Promise.all(workers);
    if (victim < 2) await this.#start(victim);
    await this.#checkWrites(name);
  }

  async finish(): Promise<void> {
    await this.#checkLogins();
    await this.#checkLeases();
    for (const { started } of this.#nodes) assert.equal(await started.end("SIGTERM"), 0, started.log());
    for (const { home } of this.#nodes) await this.#checkAudit(home);
  }

  async close(): Promise<void> {
    for (const { started } of this.#nodes) await started.end();
  }

  #node(at: number): Node {
    const node = this.#nodes[at];
    assert.ok(node);
    return node;
  }

  async #start(at: number): Promise<void> {
    const key = at === 0 ? undefined : join(this.#folder, "node0", "seal.key");
    const home = nodeHome(this.#folder, `node${at}`, key);
    const env = { TEST_TIDY: "200,1500", TEST_LEDGER: this.#ledger };
    this.#nodes[at] = await startNode(home, this.#postgres.dsn(), env);
  }

  async #asRoot<T>(work: (call: Rest) => Promise<T>): Promise<T> {
    const { address, root } = this.#node(0);
    const call = rest(address, root);
    try {
      return await work(call);
    } finally {
      call.close();
    }
  }

  /** One client of a node: counts up by check and set, logs in, takes a lease, in turn. */
  async #work(at: number, place: string, ending: () => boolean): Promise<void> {
    const { address, root } = this.#node(at);
    const call = rest(address, root);
    const steps = [() => this.#write(call, place), () => this.#login(call), () => this.#lease(call)];
    for (let n = 0; !ending(); n++)
      try {
        await steps[n % 4 === 3 ? 0 : n % 4]?.();
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
        this.counts.dropped++;
        await delay(10); // the node is dead
      }
    call.close();
  }

  async #write(call: Rest, place: string): Promise<void> {
    const path = `kill/${place}`;
    const found = await call("GET", `secret/data/${path}`);
    if (this.#isAway(found)) return;
    const version = found.status === 404 ? 0 : Number(found.json.data?.metadata?.version);
    const marker = randomUUID();
    const answer = await call("POST", `secret/data/${path}`, { options: { cas: version }, data: { marker } });
    if (answer.status === 400 || this.#isAway(answer)) return; // another was first
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.json.data?.version, version + 1);
    const versions = this.#written.get(path) ?? new Map<number, string>();
    assert.ok(!versions.has(version + 1), `${path}: two writers were given version ${version + 1}`);
    this.#written.set(path, versions.set(version + 1, marker));
    this.#audited.push(`secret/data/${path} ${version + 1}`);
    this.counts.writes++;
  }

  async #login(call: Rest): Promise<void> {
    this.#loginsSent++;
    const answer = await call("POST", "auth/approle/login", this.#ids);
    if (this.#isAway(answer)) return;
    assert.equal(answer.status, 200, answer.text);
    this.#tokens.push(String(answer.json.auth?.client_token));
    this.counts.logins++;
  }

  async #lease(call: Rest): Promise<void> {
    const answer = await call("GET", "ledger/creds/300");
    if (this.#isAway(answer)) return;
    assert.equal(answer.status, 200, answer.text);
    this.#users.push(String(answer.json.data?.user));
    this.counts.leases++;
  }

  #isAway({ status }: RestAnswer): boolean {
    if (status === 503) this.counts.dropped++;
    return status === 503;
  }

  async #checkWrites(name: string): Promise<void> {
    await this.#asRoot(async (call) => {
      for (let place = 0; place < PLACES; place++) {
        const path = `kill/${name}/${place}`;
        const metadata = await call("GET", `secret/metadata/${path}`);
        const last = metadata.status === 404 ? 0 : Number(metadata.json.data?.current_version);
        const markers = new Set<string>();
        for (let version = 1; version <= last; version++) {
          const answer = await call("GET", `secret/data/${path}?version=${version}`);
          const marker = String(answer.json.data?.data?.marker);
          assert.ok(!markers.has(marker), `${path}: one write became two versions`);
          markers.add(marker);
          const sent = this.#written.get(path)?.get(version);
          if (sent !== undefined) assert.equal(marker, sent, `${path} version ${version} is another's`);
        }
        for (const version of this.#written.get(path)?.keys() ?? [])
          assert.ok(version <= last, `acknowledged and lost: ${path} version ${version}`);
      }
    });
  }

  async #checkLogins(): Promise<void> {
    await this.#asRoot(async (call) => {
      const looked = await call("POST", "auth/approle/role/r/secret-id/lookup", this.#ids);
      const used = USES - Number(looked.json.data?.secret_id_num_uses);
      assert.ok(used >= this.#tokens.length, `${used} uses were counted of ${this.#tokens.length} logins`);
      assert.ok(used <= this.#loginsSent, `${used} uses were counted of ${this.#loginsSent} requests`);
      for (const token of this.#tokens)
        assert.equal((await call.as(token)("GET", "auth/token/lookup-self")).status, 200, "a token is lost");
    });
  }

  async #checkLeases(): Promise<void> {
    await this.#asRoot(async (call) => {
      for (let tries = 0; ; tries++) {
        const left = await call("LIST", "sys/leases/lookup/ledger/creds/300");
        if (left.status === 404) return;
        assert.ok(tries < 600, `leases are left: ${left.text}`);
        await delay(100);
      }
    });
    const revoked = new Map<string, number>();
    for (const { did, user } of readLedger(this.#ledger))
      if (did === "revoked") revoked.set(user, (revoked.get(user) ?? 0) + 1);
    for (const user of this.#users) assert.ok(revoked.has(user), "a credential outlived its lease");
    for (const count of revoked.values()) if (count > 1) this.counts.revokedAgain++;
  }

  async #checkAudit(home: string): Promise<void> {
    const reports = await verifyAuditLog(join(home, "audit"));
    assert.ok(reports.length > 0);
    assert.deepEqual(
      reports.filter(({ ok }) => !ok),
      [],
    );
  }

  /** Every acknowledged write has its answer in the log of one node. */
  async checkAnswers(): Promise<void> {
    const answers = new Map<string, number>();
    for (const { home } of this.#nodes)
      for await (const { entry } of readAuditLog(join(home, "audit"))) {
        const { path, status, data } = entry as {
          path?: string;
          status?: number;
          data?: { version?: number };
        };
        if (entry.type !== "response" || status !== 200 || data?.version === undefined) continue;
        const key = `${path} ${data.version}`;
        answers.set(key, (answers.get(key) ?? 0) + 1);
      }
    for (const key of this.#audited) assert.equal(answers.get(key), 1, `the audit log has no answer ${key}`);
  }
}

export async function killNodeRounds(postgres: Postgres, rounds: number): Promise<NodeCounts> {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-nodes-"));
  const all = new Rounds(postgres, folder);
  try {
    await all.open();
    for (let round = 0; round < rounds; round++) await all.round(`r${round}`, round % 3);
    await all.finish();
    await all.checkAnswers();
    return all.counts;
  } finally {
    await all.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
