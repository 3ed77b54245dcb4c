/** The way back: the old value is made current again where it was not, and what was made is removed. Only while the old one works. */
import type { PushResult } from "../core/ports/rotation.ts";
import { nextTry } from "./retry.ts";
import type { MachinePorts, Parts, Row } from "./types.ts";
import { keep, type Outcome, partsOf, shortHandle, sweep, wipeAll } from "./steps.ts";

export async function undoing(row: Row, ports: MachinePorts): Promise<Outcome> {
  const { driver } = ports;
  const context = await ports.context(row);
  try {
    if (row.newVersion !== null && (await driver.verify(context, context.old)).verdict === "dead")
      return {
        state: "failed-needs-person",
        result: "failed",
        note: "the old one does not work any more: the new one stays in use",
        changes: { problem: "the old one does not work any more: the new one stays in use" },
      };
    const missed = await restore(row, ports);
    if (missed.length > 0) return notCarriedBack(row, ports, missed);
    let clean = row;
    if (row.begun && row.handle !== "") {
      if (driver.revoke === undefined || driver.create === undefined)
        clean = { ...clean, orphans: [...new Set([...clean.orphans, row.handle])] };
      else await driver.revoke(context, row.handle);
    }
    if (row.begun) clean = await sweep(clean, ports, context, "");
    // what cannot be listed may still be there
    const unseen =
      row.begun &&
      row.handle === "" &&
      driver.create !== undefined &&
      (await driver.standing(context)) === null;
    const orphans = unseen && clean.orphans.length === 0 ? [`perhaps ${row.name}`] : clean.orphans;
    const left = orphans.length === 0 ? "" : `; left at the provider: ${orphans.map(shortHandle).join(", ")}`;
    return {
      state: "rolled-back",
      changes: { ...clean, orphans, handle: orphans.length === 0 ? "" : clean.handle },
      note: `the old one stays in use${left}`,
    };
  } finally {
    wipeAll(context.old);
    wipeAll(context.minter);
  }
}

/** The new one is removed when no place can have it any more; after the last try it is left, and named. */
function notCarriedBack(row: Row, { clock }: MachinePorts, missed: readonly PushResult[]): Outcome {
  const failures = row.failures + 1;
  const note = `not carried back to ${missed.map(({ target, note: why }) => `${target} (${why})`).join(", ")}`;
  const at = nextTry(clock.now(), failures, row.id);
  if (at !== null) return { note, result: "failed", wait: true, changes: { failures, nextTry: at } };
  const orphans = [...new Set([...row.orphans, row.handle || `perhaps ${row.name}`])];
  return {
    state: "rolled-back",
    result: "failed",
    note: `${note}; left at the provider: ${orphans.map(shortHandle).join(", ")}`,
    changes: { orphans, problem: [row.problem, note].filter((one) => one !== "").join("; ") },
  };
}

/** Gives the places that may still have the new value. Does nothing when somebody stored a third one. */
async function restore(row: Row, ports: MachinePorts): Promise<readonly PushResult[]> {
  const now = await ports.store.read();
  const old = partsOf(row.old);
  const next = row.next === null ? null : partsOf({ ...row.old, ...row.next });
  try {
    if (now === null || next === null) return [];
    if (isSame(now.parts, next)) await ports.store.write(old, now.version);
    // written back by an earlier look, which may have ended there
    else if (row.newVersion === null || !isSame(now.parts, old)) return [];
    return (await ports.push(old)).filter(({ ok, holdsNoOther }) => !ok && holdsNoOther !== true);
  } finally {
    wipeAll(now?.parts);
    wipeAll(old);
    wipeAll(next);
  }
}

const isSame = (a: Parts, b: Parts): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
const sorted = (parts: Parts): [string, string][] =>
  Object.entries(keep(parts)).sort(([a], [b]) => (a < b ? -1 : 1));
