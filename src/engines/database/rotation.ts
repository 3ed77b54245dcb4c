/**
 * Changing a static role's password. The new one is noted before the database hears of it; whoever finds the note (this process, the
 * next one, another node) can set that same password once more and then make it the role's, so that a rotation that broke off ends
 * as one rotation and never as two.
 */
import { BulkheadError, isBulkheadError } from "../../core/errors.ts";
import { uuid } from "../../core/ids.ts";
import type { Storage } from "../../kernel/barrier/index.ts";
import { isWrongLogin } from "./connections.ts";
import type { DatabaseContext } from "./context.ts";
import { generatePassword } from "./password.ts";
import { type StaticNote, staticNotes, staticRoles } from "./store.ts";

/** A note that is older was left behind. */
const LEFT_BEHIND_MS = 120_000;
const [FIRST_RETRY, LAST_RETRY] = [10_000, 3_600_000];
const DUE = "due/";
const DIGITS = 15;
const PAGE = 100;

export const dueKey = (due: number, name: string): string =>
  `${DUE}${String(Math.max(0, Math.floor(due))).padStart(DIGITS, "0")}/${name}`;

/** Throws `database.rotating` while another rotation is under way. */
export async function rotateStatic(
  context: DatabaseContext,
  storage: Storage,
  name: string,
  { role, onlyIfDue = false }: { role: StaticNote["role"]; onlyIfDue?: boolean },
): Promise<undefined> {
  const now = context.clock.now();
  const note: StaticNote = { id: uuid(), password: generatePassword(), started: now, role };
  const begun = await storage.transaction(async (tx) => {
    if (onlyIfDue && ((await staticRoles.load(tx, name))?.due ?? Number.POSITIVE_INFINITY) > now)
      return false;
    if ((await staticNotes.load(tx, name)) !== null) throw new BulkheadError("database.rotating", { name });
    staticNotes.save(tx, name, note);
    return true;
  });
  if (begun) await apply(context, storage, name, note);
}

async function apply(
  context: DatabaseContext,
  storage: Storage,
  name: string,
  note: StaticNote,
): Promise<void> {
  const { db, username, rotation } = note.role;
  try {
    await context.connections.use(storage, db, (connection) =>
      connection.setPassword({ username, password: note.password }, rotation),
    );
  } catch (error) {
    if (saidNo(error)) await dropNote(storage, name, note.id);
    throw error;
  }
  await storage.transaction(async (tx) => {
    if ((await staticNotes.load(tx, name))?.id !== note.id) return; // finished by another, or forgotten
    const before = await staticRoles.load(tx, name);
    if (before !== null) tx.delete(dueKey(before.due, name));
    const lastRotation = context.clock.now();
    const due = lastRotation + note.role.period;
    staticRoles.save(tx, name, { ...note.role, password: note.password, lastRotation, due, failures: 0 });
    staticNotes.delete(tx, name);
    tx.put(dueKey(due, name), Buffer.from("1"));
  });
}

/** The password is what it was. */
const saidNo = (error: unknown): boolean =>
  isBulkheadError(error) &&
  (isWrongLogin(error) ||
    ["database.refused", "database.no-connection", "database.template"].includes(error.code));

async function dropNote(storage: Storage, name: string, id: string): Promise<void> {
  await storage.transaction(async (tx) => {
    if ((await staticNotes.load(tx, name))?.id === id) staticNotes.delete(tx, name);
  });
}

/** What was left behind first, then what is due. */
export async function rotateDue(context: DatabaseContext, storage: Storage): Promise<void> {
  const now = context.clock.now();
  for (const name of await staticNotes.names(storage)) {
    const note = await staticNotes.load(storage, name);
    if (note !== null && now - note.started >= LEFT_BEHIND_MS)
      await apply(context, storage, name, note).catch(async (error: unknown) => {
        warn(context, name, error);
        await waitAgain(context, storage, name, note);
      });
  }
  const due = (await storage.keys(DUE, { limit: PAGE }))
    .map((key) => key.slice(DUE.length))
    .filter((key) => Number(key.slice(0, DIGITS)) <= now);
  for (const key of due) {
    const name = key.slice(DIGITS + 1);
    const role = await staticRoles.load(storage, name);
    if (role === null) continue;
    const { db, username, period, rotation } = role;
    await rotateStatic(context, storage, name, {
      role: { db, username, period, rotation },
      onlyIfDue: true,
    }).catch(async (error: unknown) => {
      if (isBulkheadError(error) && error.code === "database.rotating") return; // by another, or left behind
      warn(context, name, error);
      await postpone(context, storage, name);
    });
  }
}

async function waitAgain(
  { clock }: DatabaseContext,
  storage: Storage,
  name: string,
  note: StaticNote,
): Promise<void> {
  await storage.transaction(async (tx) => {
    if ((await staticNotes.load(tx, name))?.id === note.id)
      staticNotes.save(tx, name, { ...note, started: clock.now() });
  });
}

async function postpone({ clock }: DatabaseContext, storage: Storage, name: string): Promise<void> {
  await storage.transaction(async (tx) => {
    const role = await staticRoles.load(tx, name);
    if (role === null || role.due > clock.now()) return;
    const due = clock.now() + Math.min(FIRST_RETRY * 2 ** role.failures, LAST_RETRY);
    tx.delete(dueKey(role.due, name));
    tx.put(dueKey(due, name), Buffer.from("1"));
    staticRoles.save(tx, name, { ...role, due, failures: role.failures + 1 });
  });
}

function warn(context: DatabaseContext, name: string, error: unknown): void {
  context.warn("database static rotation failed", {
    role: name,
    reason: isBulkheadError(error) ? error.code : "unexpected",
  });
}
