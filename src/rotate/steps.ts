/** The steps themselves, one function a state. Each may be taken again after a crash at any of its points. */
import { BulkheadError } from "../core/errors.ts";
import { Secret } from "../core/secret.ts";
import type { Verification } from "../verify/index.ts";
import type { Driver, DriverContext } from "./drivers/types.ts";
import { nextTry } from "./retry.ts";
import { FINAL, type Kept, type MachinePorts, type Parts, type Row, type State } from "./types.ts";
import { undoing } from "./undo.ts";

export interface Outcome {
  /** The state to go to; the same when left out. */
  readonly state?: State;
  readonly changes?: Partial<Row>;
  readonly note?: string;
  /** `done` when left out. */
  readonly result?: "done" | "failed" | "waiting";
  /** When the new state is looked at again; milliseconds since the epoch. */
  readonly due?: number;
  /** Nothing more can be done now. */
  readonly wait?: boolean;
}

export type StepFunction = (row: Row, ports: MachinePorts) => Promise<Outcome>;
export type LiveState = Exclude<State, "done" | "rolled-back" | "failed-needs-person">;

export const keep = (parts: Parts): Kept =>
  Object.fromEntries([...parts].map(([name, value]) => [name, value.reveal().toString("base64")]));
/** The caller wipes them. */
export const partsOf = (kept: Kept | null): Map<string, Secret> =>
  new Map(Object.entries(kept ?? {}).map(([name, text]) => [name, Secret.own(Buffer.from(text, "base64"))]));

export function wipeAll(parts: Parts | null | undefined): void {
  for (const value of parts?.values() ?? []) value.wipe();
}

/** The old parts with what the new one brings in their place. */
export const merged = (old: Kept | null, next: Kept | null): Kept => ({ ...old, ...next });

/** Asks quickly a few times until the answer is the wanted one; gives the last. */
export async function settled(
  ask: () => Promise<Verification>,
  wanted: (one: Verification) => boolean,
  { pace, sleep }: Pick<MachinePorts, "pace" | "sleep">,
): Promise<Verification> {
  let last = await ask();
  for (const ms of pace) {
    if (wanted(last)) return last;
    await sleep(ms);
    last = await ask();
  }
  return last;
}

async function withContext<T>(
  row: Row,
  ports: MachinePorts,
  work: (context: DriverContext) => Promise<T>,
): Promise<T> {
  const context = await ports.context(row);
  try {
    return await work(context);
  } finally {
    wipeAll(context.old);
    wipeAll(context.minter);
  }
}

async function approval(row: Row): Promise<Outcome> {
  if (row.approvals.length >= row.approvalsNeeded)
    return { state: "creating", note: `${row.approvals.join(", ")} agreed` };
  const missing = row.approvalsNeeded - row.approvals.length;
  return {
    wait: true,
    result: "waiting",
    note: `waits for ${missing} other ${missing === 1 ? "person" : "people"} to agree`,
  };
}

/** Two saves: that it begins (with what was there before), and what came of it. */
async function creating(row: Row, ports: MachinePorts): Promise<Outcome> {
  const { driver } = ports;
  if (driver.create === undefined)
    return await withContext(row, ports, async (context) => {
      // what is not learned now a person is asked for later
      const oldHandle = row.oldHandle || ((await driver.handleOf(context).catch(() => null)) ?? "");
      const oldVerdict = (await driver.verify(context, context.old)).verdict;
      return { state: "asking", changes: { oldHandle, oldVerdict }, note: "a person makes the new one" };
    });
  const { create } = driver;
  return await withContext(row, ports, async (context) => {
    let begun = row;
    if (!row.begun) {
      const verdict = (await driver.verify(context, context.old)).verdict;
      const before = driver.listsAll === true ? await driver.standing(context) : null;
      const oldHandle = await oldHandleOf(row, driver, context);
      begun = await ports.save({ ...row, begun: true, before, oldHandle, oldVerdict: verdict });
    } else {
      begun = await sweep(begun, ports, context, "");
      if (begun.orphans.length > 0)
        return {
          state: "undoing",
          changes: { ...begun, problem: "what an earlier try made cannot be removed" },
          note: "what an earlier try made cannot be removed",
          result: "failed",
        };
    }
    const created = await create({ ...context, oldHandle: begun.oldHandle });
    try {
      const parts = keep(created.parts);
      const same = Object.entries(parts).every(([name, text]) => row.old?.[name] === text);
      if (same)
        return {
          ...againOrBack(begun, ports, `${context.provider.title} gave the old key as the new one`),
        };
      return {
        state: "verifying",
        changes: { ...begun, next: parts, handle: created.handle },
        note: `made ${created.handle === "" || driver.revokesByParts === true ? "a new one" : `${shortHandle(created.handle)} as ${row.name}`}`,
      };
    } finally {
      wipeAll(created.parts);
    }
  });
}

/** What was said to be the old key's id counts only where the provider tells none: it could be another key's. */
async function oldHandleOf(row: Row, driver: Driver, context: DriverContext): Promise<string> {
  const told = await driver.handleOf(context);
  if (told !== null && row.oldHandle !== "" && told !== row.oldHandle)
    throw new BulkheadError("rotation.refused", {
      provider: context.provider.title,
      what: "take the given id for the old key's",
      reason: "it is another key's",
    });
  return told ?? row.oldHandle;
}

/** Names and ids, never a value that serves as its own handle. */
export const shortHandle = (handle: string): string =>
  handle.length > 48 ? `${handle.slice(0, 12)}…` : handle;

function againOrBack(row: Row, { clock }: MachinePorts, note: string): Outcome {
  const failures = row.failures + 1;
  const at = nextTry(clock.now(), failures, row.id);
  return at === null
    ? { state: "undoing", note, result: "failed", changes: { ...row, problem: note } }
    : { note, result: "failed", wait: true, changes: { ...row, failures, nextTry: at } };
}

/** Removes what stands at the provider under this rotation's name and is neither the old one nor `mine`; what stays is named. */
export async function sweep(
  row: Row,
  { driver }: MachinePorts,
  context: DriverContext,
  mine: string,
): Promise<Row> {
  const standing = await driver.standing(context);
  if (standing === null) return row;
  const known = new Set([mine, row.oldHandle, ...(driver.listsAll === true ? (row.before ?? []) : [])]);
  const orphans: string[] = [];
  for (const handle of standing) {
    if (known.has(handle)) continue;
    // a key without this rotation's name may be somebody else's
    if (driver.revoke === undefined || driver.listsAll === true) orphans.push(handle);
    else await driver.revoke(context, handle);
  }
  return { ...row, orphans };
}

async function asking(): Promise<Outcome> {
  return { wait: true, result: "waiting", note: "waits for a person to bring the new value" };
}

async function verifying(row: Row, ports: MachinePorts): Promise<Outcome> {
  const { driver } = ports;
  return await withContext(row, ports, async (context) => {
    const parts = partsOf(merged(row.old, row.next));
    try {
      // a provider that made two of one request
      const swept = driver.create === undefined ? row : await sweep(row, ports, context, row.handle);
      if (driver.unprovable?.(context) === true)
        return {
          state: "promoting",
          changes: swept,
          note: "no harmless request is known: the stages' checks decide",
        };
      const good = ({ verdict }: Verification): boolean =>
        verdict === "live" || (verdict === "limited" && row.oldVerdict !== "live");
      const answer = await settled(() => driver.verify(context, parts), good, ports);
      if (good(answer))
        return { state: "promoting", changes: swept, note: `the new one works: ${answer.reason}` };
      if (driver.create === undefined)
        return {
          state: "asking",
          changes: { ...swept, next: null },
          result: "failed",
          note: `the new value does not work: ${answer.reason}`,
        };
      return againOrBack(swept, ports, `the new one does not work (yet): ${answer.reason}`);
    } finally {
      wipeAll(parts);
    }
  });
}

async function promoting(row: Row, ports: MachinePorts): Promise<Outcome> {
  const now = await ports.store.read();
  const parts = partsOf(merged(row.old, row.next));
  try {
    if (now !== null && now.version > row.oldVersion && samePartsAs(now.parts, parts))
      return {
        state: "telling",
        changes: { newVersion: now.version },
        note: `version ${now.version} is current`,
      };
    if (now === null || now.version !== row.oldVersion)
      return {
        state: "undoing",
        result: "failed",
        note: "somebody else stored another value meanwhile",
        changes: { problem: "somebody else stored another value meanwhile" },
      };
    const version = await ports.store.write(parts, row.oldVersion);
    return { state: "telling", changes: { newVersion: version }, note: `version ${version} is current` };
  } finally {
    wipeAll(now?.parts);
    wipeAll(parts);
  }
}

const samePartsAs = (a: Parts, b: Parts): boolean =>
  a.size === b.size && [...a].every(([name, value]) => b.get(name)?.equals(value) === true);

async function telling(row: Row, ports: MachinePorts): Promise<Outcome> {
  const parts = partsOf(merged(row.old, row.next));
  try {
    const pushed = await ports.push(parts);
    const missed = pushed.filter(({ ok }) => !ok);
    if (missed.length > 0) {
      const note = `not carried to ${missed.map(({ target, note }) => `${target} (${note})`).join(", ")}`;
      const failures = row.failures + 1;
      const at = nextTry(ports.clock.now(), failures, row.id);
      // the old one is not revoked while some place still has it
      if (at === null) return { state: "undoing", note, result: "failed", changes: { problem: note } };
      return { note, result: "failed", wait: true, changes: { failures, nextTry: at } };
    }
    const consumers = await ports.consumers();
    const carried =
      pushed.length === 0 ? "" : `carried to ${pushed.map(({ target }) => target).join(", ")}; `;
    return {
      state: "checking",
      changes: { consumers },
      note: `${carried}${consumers.length === 0 ? "nobody has the old one in use" : `in use by ${consumers.join(", ")}`}`,
    };
  } finally {
    wipeAll(parts);
  }
}

async function checking(row: Row, { clock }: MachinePorts): Promise<Outcome> {
  if (row.checks.length > 0)
    return { wait: true, result: "waiting", note: `waits for the check of ${row.checks.join(", ")}` };
  return { state: "grace", due: clock.now() + row.settings.grace };
}

async function grace(row: Row, { clock }: MachinePorts): Promise<Outcome> {
  const ends = row.nextTry ?? clock.now();
  if (clock.now() >= ends) return { state: "revoking", note: "the old one's time is over" };
  return { wait: true, result: "waiting", note: `the old one works until ${new Date(ends).toISOString()}` };
}

async function revoking(row: Row, ports: MachinePorts): Promise<Outcome> {
  const { driver } = ports;
  if (driver.revoke === undefined || (row.oldHandle === "" && driver.revokesByParts !== true))
    return { state: "killing", note: "the old one's id at the provider is not known: a person revokes it" };
  const { revoke } = driver;
  if (await isCurrentAgain(row, ports)) {
    const problem = "the old one was made current again meanwhile";
    return { state: "undoing", result: "failed", note: problem, changes: { problem } };
  }
  await withContext(row, ports, (context) => revoke(context, row.oldHandle));
  return { state: "proving", note: `revoked ${shortHandle(row.oldHandle)}` };
}

/** Whether the store's value holds, of what was replaced, the old. */
async function isCurrentAgain(row: Row, { store }: MachinePorts): Promise<boolean> {
  const now = await store.read();
  if (now === null) return false;
  const held = keep(now.parts);
  wipeAll(now.parts);
  const replaced = Object.keys(row.next ?? {}).filter((name) => row.old?.[name] !== row.next?.[name]);
  return replaced.length > 0 && replaced.every((name) => held[name] === row.old?.[name]);
}

async function killing(): Promise<Outcome> {
  return { wait: true, result: "waiting", note: "waits for a person to revoke the old one" };
}

async function proving(row: Row, ports: MachinePorts): Promise<Outcome> {
  const { driver } = ports;
  return await withContext(row, ports, async (context) => {
    if (driver.unprovable?.(context) === true)
      return { state: "done", note: "revoked; no harmless request is known that would prove it" };
    const dead = ({ verdict }: Verification): boolean => verdict === "dead";
    // a revocation that said yes and did nothing
    if (row.failures > 0 && driver.revoke !== undefined && row.oldHandle !== "")
      await driver.revoke(context, row.oldHandle);
    const answer = await settled(() => driver.verify(context, context.old), dead, ports);
    if (dead(answer)) return { state: "done", note: `the old one is refused: ${answer.reason}` };
    const note = `the old one still works: ${answer.reason}`;
    const failures = row.failures + 1;
    const at = nextTry(ports.clock.now(), failures, row.id);
    const problem =
      answer.verdict === "unknown" ? `the old one's death is not proved: ${answer.reason}` : note;
    if (at === null)
      return { state: "failed-needs-person", note: problem, result: "failed", changes: { problem } };
    return { note: problem, result: "failed", wait: true, changes: { failures, nextTry: at } };
  });
}

export const STEPS: Readonly<Record<LiveState, StepFunction>> = {
  ...{
    approval,
    creating,
    asking,
    verifying,
    promoting,
    telling,
    checking,
    grace,
    revoking,
    killing,
    proving,
  },
  undoing,
};

export const isOver = (row: Row): boolean => FINAL.has(row.state);
