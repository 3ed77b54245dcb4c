/** Background work: what fails keeps nothing else from being done, what may not go on stops, and a seal is no failure. */
import assert from "node:assert/strict";
import test from "node:test";
import { BulkheadError } from "../core/errors.ts";
import { doBackgroundWork } from "./background.ts";
import type { Parts } from "./parts.ts";

/** The steps in their order, each of which may fail. */
function work(fails: Readonly<Record<string, Error>> = {}): {
  readonly parts: Parts;
  readonly done: string[];
} {
  const done: string[] = [];
  const step = (name: string) => async (): Promise<void> => {
    done.push(name);
    if (fails[name] !== undefined) throw fails[name];
    await Promise.resolve();
  };
  const due = { due: () => Promise.resolve([]), run: () => Promise.resolve(true) };
  const parts = {
    clock: { now: () => 0 },
    barrier: { rotateWhenDue: step("rotate") },
    tokens: { dueKind: () => due, finishGone: step("gone") },
    leases: { dueKind: () => due },
    mounts: {
      all: () =>
        Promise.resolve([
          { backend: { tidy: step("engine") }, info: {} },
          { backend: {}, info: {} },
        ]),
      storage: () => ({}),
      finishRemovals: step("removals"),
    },
    lockouts: { tidy: step("lockouts") },
    approvals: { tidy: step("approvals") },
  };
  return { parts: parts as unknown as Parts, done };
}

const ALL = ["rotate", "gone", "removals", "lockouts", "approvals", "engine"];

test("all of it is done in order, also when something fails; the first error is told", async () => {
  const fine = work();
  await doBackgroundWork(fine.parts, () => true);
  assert.deepEqual(fine.done, ALL);
  const broken = work({ gone: new Error("first"), lockouts: new Error("second") });
  await assert.rejects(
    doBackgroundWork(broken.parts, () => true),
    /first/,
  );
  assert.deepEqual(broken.done, ALL);
  const contended = work({ gone: new BulkheadError("store.contended") });
  await assert.rejects(
    doBackgroundWork(contended.parts, () => true),
    { code: "store.contended" },
  );
});

test("a seal in the middle of it is no failure", async () => {
  const sealed = work({ rotate: new BulkheadError("seal.sealed") });
  await doBackgroundWork(sealed.parts, () => true);
  assert.deepEqual(sealed.done, ALL);
});

test("it stops where it may not go on", async () => {
  const { parts, done } = work();
  await doBackgroundWork(parts, () => done.length < 2);
  assert.deepEqual(done, ["rotate", "gone"]);
});
