/**
 * create → store as pending → verify → promote → tell and check → grace → revoke → prove dead. The row names the step before it is
 * taken and every step may be taken again, so that whoever finds the row after a crash goes on from there: what may have been made
 * without our learning of it is found by its name and removed; the key in use is not touched before another one is proved to work.
 */
import { isBulkheadError } from "../core/errors.ts";
import { nextTry } from "./retry.ts";
import { STEPS, type Outcome } from "./steps.ts";
import { FINAL, type MachinePorts, type Row, type State, type Step } from "./types.ts";

/** Kept of one rotation. */
const MOST_STEPS = 200;

/** Takes steps until the rotation is over, or waits for a time or for somebody. Throws `rotation.taken` and the store's errors. */
export async function advance(start: Row, ports: MachinePorts): Promise<Row> {
  let row = start;
  // a step that saves on its way and then throws must not be undone by the row it began with
  const tracked: MachinePorts = { ...ports, save: async (changed) => (row = await ports.save(changed)) };
  while (!FINAL.has(row.state)) {
    const step = STEPS[row.state as keyof typeof STEPS];
    const outcome = await step(row, tracked).catch((error: unknown) => failed(row, error, ports));
    row = await ports.save(after(row, outcome, ports.clock.now()));
    if (outcome.wait === true) return row;
  }
  return row;
}

export function after(row: Row, outcome: Outcome, now: number): Row {
  const moved = outcome.state !== undefined && outcome.state !== row.state;
  const next: Row = {
    ...row,
    ...outcome.changes,
    ...(moved && { failures: 0, nextTry: outcome.due ?? null }),
    state: outcome.state ?? row.state,
    steps: noted(row, outcome, now),
  };
  return FINAL.has(next.state) ? { ...next, ended: now, nextTry: null, old: null, next: null } : next;
}

function noted(row: Row, { note, result = "done" }: Outcome, now: number): readonly Step[] {
  if (note === undefined) return row.steps;
  const last = row.steps.at(-1);
  // the same wait, looked at again
  if (last?.step === WORDS[row.state] && last.note === note && last.state === result) return row.steps;
  return [...row.steps, { step: WORDS[row.state], state: result, time: now, note }].slice(-MOST_STEPS);
}

/** Steps as people read them. */
export const WORDS: Readonly<Record<State, string>> = {
  approval: "approve",
  creating: "create",
  asking: "create",
  verifying: "verify",
  promoting: "promote",
  telling: "tell",
  checking: "check",
  grace: "grace",
  revoking: "revoke",
  killing: "revoke",
  proving: "prove dead",
  undoing: "undo",
  done: "done",
  "rolled-back": "rolled back",
  "failed-needs-person": "failed",
};

/** What a step threw: tried again, or (refused, or tried too often) the way back. */
function failed(row: Row, error: unknown, { clock }: MachinePorts): Outcome {
  if (!isBulkheadError(error)) throw error;
  if (!PASSING.has(error.code) && !FINAL_REFUSALS.has(error.code)) throw error;
  const failures = row.failures + 1;
  const at = PASSING.has(error.code) ? nextTry(clock.now(), failures, row.id) : null;
  const note = error.message;
  if (at !== null) return { changes: { failures, nextTry: at }, note, result: "failed", wait: true };
  return { ...GIVE_UP[row.state], note, result: "failed", changes: { problem: note } };
}

const PASSING: ReadonlySet<string> = new Set(["rotation.unavailable", "rotation.bad-answer"]);
const FINAL_REFUSALS: ReadonlySet<string> = new Set([
  "rotation.refused",
  "rotation.no-minter",
  "rotation.bad-driver",
  "value.reused",
]);

/** Where a step leads that cannot be done: back as long as the old key was not touched, to a person afterwards. */
const GIVE_UP: Readonly<Record<State, { readonly state: State }>> = {
  approval: { state: "rolled-back" },
  creating: { state: "undoing" },
  asking: { state: "undoing" },
  verifying: { state: "undoing" },
  promoting: { state: "undoing" },
  telling: { state: "undoing" },
  checking: { state: "undoing" },
  grace: { state: "revoking" },
  revoking: { state: "killing" },
  killing: { state: "failed-needs-person" },
  proving: { state: "failed-needs-person" },
  undoing: { state: "failed-needs-person" },
  done: { state: "done" },
  "rolled-back": { state: "rolled-back" },
  "failed-needs-person": { state: "failed-needs-person" },
};
