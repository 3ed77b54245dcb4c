/** The machine alone: what fails for good before the new value is everywhere never costs the old one. */
import assert from "node:assert/strict";
import test from "node:test";
import { BulkheadError } from "../core/errors.ts";
import { Secret } from "../core/secret.ts";
import { providerById } from "../providers/lookup.ts";
import { fillUrl } from "../verify/index.ts";
import { advance } from "./machine.ts";
import { keep } from "./steps.ts";
import type { MachinePorts, Row } from "./types.ts";

const parts = (text: string): Map<string, Secret> => new Map([["value", Secret.copy(text)]]);

function rowIn(state: Row["state"]): Row {
  return {
    ...{
      id: "r1",
      project: "p",
      environment: "dev",
      secret: "openai",
      provider: "openai",
      driver: "api",
      state,
    },
    ...{
      started: 0,
      ended: null,
      by: "ann",
      principal: "ann",
      reason: "",
      finding: "",
      settings: { grace: 0 },
    },
    ...{
      name: "bulkhead-r1",
      oldVersion: 1,
      newVersion: 2,
      old: keep(parts("old")),
      next: keep(parts("new")),
    },
    ...{ oldHandle: "k-old", handle: "k-new", before: null, orphans: [], begun: true, oldVerdict: "live" },
    ...{
      checks: [],
      consumers: [],
      failures: 0,
      nextTry: null,
      approvals: [],
      approvalsNeeded: 0,
      problem: "",
      steps: [],
    },
  };
}

interface World {
  readonly ports: MachinePorts;
  readonly revoked: string[];
  current(): string;
  /** Takes it as far as it goes, over every wait for a time. */
  finish(row: Row): Promise<Row>;
}

function world(stored: string, changes: Partial<MachinePorts> = {}, told: string | null = null): World {
  const revoked: string[] = [];
  let now = 1_800_000_000_000;
  let current = { parts: parts(stored), version: 2 };
  const provider = providerById("openai");
  assert.ok(provider !== undefined);
  const ports: MachinePorts = {
    clock: { now: () => now },
    driver: {
      id: "api",
      create: () => Promise.reject(new Error("nothing is made here")),
      standing: () => Promise.resolve([]),
      handleOf: () => Promise.resolve(told),
      revoke: (_, handle) => Promise.resolve(void revoked.push(handle)),
      verify: () => Promise.resolve({ verdict: "live", reason: "200" }),
    },
    context: (row) =>
      Promise.resolve({
        ...{ provider, secret: row.secret, name: row.name, old: parts("old"), minter: null, scripts: false },
        send: () => Promise.reject(new Error("nothing is sent here")),
      }),
    save: (row) => Promise.resolve(row),
    store: {
      read: () =>
        Promise.resolve({
          parts: parts(current.parts.get("value")?.revealText() ?? ""),
          version: current.version,
        }),
      write: (value, cas) => {
        current = { parts: parts(value.get("value")?.revealText() ?? ""), version: cas + 1 };
        return Promise.resolve(current.version);
      },
    },
    push: () => Promise.resolve([]),
    consumers: () => Promise.resolve([]),
    pace: [],
    sleep: () => Promise.resolve(),
    ...changes,
  };
  const finish = async (start: Row): Promise<Row> => {
    let row = start;
    for (let round = 0; row.ended === null && round < 30; round++) {
      row = await advance(row, ports);
      now = row.nextTry ?? now;
    }
    return row;
  };
  return { ports, revoked, current: () => current.parts.get("value")?.revealText() ?? "", finish };
}

test("a push that throws until nobody tries again leads back: the old key is not revoked", async () => {
  const down = new BulkheadError("rotation.unavailable", {
    provider: "GitHub",
    what: "push",
    reason: "down",
  });
  const { finish, revoked, current } = world("new", {
    push: (value) =>
      value.get("value")?.revealText() === "new" ? Promise.reject(down) : Promise.resolve([]),
  });
  const row = await finish(rowIn("telling"));
  assert.equal(row.state, "rolled-back", JSON.stringify(row.steps));
  assert.deepEqual([revoked, current()], [["k-new"], "old"]);
});

test("an old value that somebody made current again is not revoked", async () => {
  const { finish, revoked, current } = world("old");
  const row = await finish(rowIn("revoking"));
  assert.equal(row.state, "rolled-back", JSON.stringify(row.steps));
  assert.ok(!revoked.includes("k-old"));
  assert.equal(current(), "old");
});

test("an id that is another key's is not taken for the old key's", async () => {
  const { finish, revoked } = world("old", {}, "k-really");
  const row = await finish({ ...rowIn("creating"), begun: false, handle: "", newVersion: null, next: null });
  assert.equal(row.state, "rolled-back", JSON.stringify(row.steps));
  assert.ok(
    row.steps.some(({ note }) => note.includes("another key's")),
    JSON.stringify(row.steps),
  );
  assert.deepEqual(revoked, []);
});

test("keys without the rotation's name are named, never removed on a guess", async () => {
  const { ports, revoked } = world("old");
  const driver = { ...ports.driver, listsAll: true, standing: () => Promise.resolve(["k-new", "k-console"]) };
  const other = world("old", { driver });
  const row = await other.finish({ ...rowIn("undoing"), before: ["k-old"] });
  assert.deepEqual([row.state, row.orphans.includes("k-console")], ["rolled-back", true]);
  assert.ok(!revoked.includes("k-console"));
});

test("a path's own steps are no value of a place in an address", () => {
  for (const id of ["..", ".", ""])
    assert.throws(() => fillUrl("https://api.example.com/keys/{id}", new Map([["id", id]])), /id/);
  assert.equal(
    fillUrl("https://api.example.com/keys/{id}", new Map([["id", "a/../b"]])),
    "https://api.example.com/keys/a%2F..%2Fb",
  );
});
