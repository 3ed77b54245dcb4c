/** The way back: the old value is made current again where it was not, and what was made is removed. Only while the old one works. */
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
    await restore(row, ports);
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

/** Does nothing when it was current all the time, or somebody stored a third value. */
async function restore(row: Row, ports: MachinePorts): Promise<void> {
  const now = await ports.store.read();
  const old = partsOf(row.old);
  const next = row.next === null ? null : partsOf({ ...row.old, ...row.next });
  try {
    if (now === null || next === null || !isSame(now.parts, next)) return;
    await ports.store.write(old, now.version);
    await ports.push(old);
  } finally {
    wipeAll(now?.parts);
    wipeAll(old);
    wipeAll(next);
  }
}

const isSame = (a: Parts, b: Parts): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
const sorted = (parts: Parts): [string, string][] =>
  Object.entries(keep(parts)).sort(([a], [b]) => (a < b ? -1 : 1));
