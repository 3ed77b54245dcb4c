/** The machine alone: what fails for good before the new value is everywhere never costs the old one. */
import assert from "node:assert/strict";
import test from "node:test";
import { BulkheadError } from "../core/errors.ts";
import { Secret } from "../core/secret.ts";
import { providerById } from "../providers/lookup.ts";
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

test("a push that throws until nobody tries again leads back: the old key is not revoked", async () => {
  const revoked: string[] = [];
  let now = 1_800_000_000_000;
  let current = { parts: parts("new"), version: 2 };
  const provider = providerById("openai");
  assert.ok(provider !== undefined);
  const ports: MachinePorts = {
    clock: { now: () => now },
    driver: {
      id: "api",
      create: () => Promise.reject(new Error("nothing is made here")),
      standing: () => Promise.resolve([]),
      handleOf: () => Promise.resolve(null),
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
      read: () => Promise.resolve({ parts: new Map(current.parts), version: current.version }),
      write: (value, cas) => {
        current = { parts: parts(value.get("value")?.revealText() ?? ""), version: cas + 1 };
        return Promise.resolve(current.version);
      },
    },
    push: (value) =>
      value.get("value")?.revealText() === "new"
        ? Promise.reject(
            new BulkheadError("rotation.unavailable", { provider: "GitHub", what: "push", reason: "down" }),
          )
        : Promise.resolve([]),
    consumers: () => Promise.resolve([]),
    pace: [],
    sleep: () => Promise.resolve(),
  };
  let row = rowIn("telling");
  for (let round = 0; row.ended === null && round < 30; round++) {
    row = await advance(row, ports);
    now = row.nextTry ?? now;
  }
  assert.equal(row.state, "rolled-back", JSON.stringify(row.steps));
  assert.deepEqual(revoked, ["k-new"]);
  assert.equal(current.parts.get("value")?.revealText(), "old");
});
