/**
 * `rotate-root/NAME`: the configured user's password becomes one that Bulkhead alone knows. The new password is noted before the
 * database hears of it, and the note becomes the configuration after: whenever a process dies, one of the two opens the database, and
 * the next use, or the next round of tidying, brings both to the noted one.
 */
import { BulkheadError, isBulkheadError } from "../../core/errors.ts";
import { uuid } from "../../core/ids.ts";
import type { Storage } from "../../kernel/barrier/index.ts";
import type { Call, PathDeclaration } from "../../kernel/plugin.ts";
import { hasTemplates } from "./connection-url.ts";
import { isWrongLogin, promote } from "./connections.ts";
import type { DatabaseContext } from "./context.ts";
import { nameOf } from "./input.ts";
import { generatePassword } from "./password.ts";
import { type RotationNote, requireConfig, rootNotes } from "./store.ts";

/** A note that is older was left behind. */
const LEFT_BEHIND_MS = 120_000;

const saidNo = (error: unknown): boolean =>
  isBulkheadError(error) && (error.code === "database.refused" || isWrongLogin(error));
const refuse = (problem: string): BulkheadError =>
  new BulkheadError("database.role", { problem: `unable to rotate root credentials: ${problem}` });

async function rotate(context: DatabaseContext, call: Call): Promise<undefined> {
  const name = nameOf(call);
  const { details } = await requireConfig(call.storage, name);
  if (details.username === "") throw refuse("no username in configuration");
  if (!hasTemplates(details.connectionUrl))
    throw refuse(
      "connection_url has no {{username}} and {{password}}, so that the new password would have no place",
    );
  const note = await begin(context, call.storage, name);
  try {
    await apply(context, call.storage, name, note);
  } catch (error) {
    // the database said no: the old password stands. What is not known stays noted.
    if (saidNo(error)) await drop(call.storage, name, note.id);
    throw error;
  }
}

async function begin({ clock }: DatabaseContext, storage: Storage, name: string): Promise<RotationNote> {
  const note: RotationNote = { id: uuid(), password: generatePassword(), started: clock.now() };
  await storage.transaction(async (tx) => {
    if ((await rootNotes.load(tx, name)) !== null) throw new BulkheadError("database.rotating", { name });
    rootNotes.save(tx, name, note);
  });
  return note;
}

async function apply(
  context: DatabaseContext,
  storage: Storage,
  name: string,
  note: RotationNote,
): Promise<void> {
  await context.connections.use(storage, name, (connection, { details, rootRotation }) =>
    connection.setPassword({ username: details.username, password: note.password }, rootRotation),
  );
  if (await promote(storage, name, note.id)) return;
  // somebody finished it, or began anew, while this process slept: what the configuration says is set again
  const { details } = await requireConfig(storage, name);
  if (details.password === note.password) return;
  await repair(context, storage, name, note.password);
}

async function repair(
  { connections }: DatabaseContext,
  storage: Storage,
  name: string,
  password: string,
): Promise<void> {
  const config = await requireConfig(storage, name);
  const own = connections.once({ ...config, details: { ...config.details, password } });
  try {
    const { username, password: wanted } = config.details;
    await own.setPassword({ username, password: wanted }, config.rootRotation);
  } finally {
    await own.close();
  }
}

async function drop(storage: Storage, name: string, id: string): Promise<void> {
  await storage.transaction(async (tx) => {
    if ((await rootNotes.load(tx, name))?.id === id) rootNotes.delete(tx, name);
  });
}

/** Finishes what was left behind. */
export async function finishRootRotations(context: DatabaseContext, storage: Storage): Promise<void> {
  for (const name of await rootNotes.names(storage)) {
    const note = await rootNotes.load(storage, name);
    if (note === null || context.clock.now() - note.started < LEFT_BEHIND_MS) continue;
    await apply(context, storage, name, note).catch(async (error: unknown) => {
      const code = isBulkheadError(error) ? error.code : "";
      if (code === "database.refused" || code === "database.no-connection")
        await drop(storage, name, note.id);
      context.warn("database root rotation unfinished", { config: name, reason: code });
    });
  }
}

export const rootPaths = (context: DatabaseContext): PathDeclaration[] => [
  {
    pattern: "rotate-root/{name}",
    summary: "Changes the configured user's password to one that nobody else knows",
    operations: { update: (call) => rotate(context, call) },
  },
];
