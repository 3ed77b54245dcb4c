/**
 * `creds/ROLE`: a user of its own for whoever asks, with a lease. Before the database is asked to make the user, a note of it is
 * durable; the lease takes the note's place in one commit. What is still noted ten minutes later has no lease, and is dropped.
 */
import { BulkheadError, isBulkheadError } from "../../core/errors.ts";
import { uuid } from "../../core/ids.ts";
import { Secret } from "../../core/secret.ts";
import type { Storage } from "../../kernel/barrier/index.ts";
import type { Backend, Call, LeaseGrant, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { compileUsername } from "../username-template.ts";
import { USERNAME_FIELDS } from "./config.ts";
import { driverOf } from "./connections.ts";
import type { DatabaseContext } from "./context.ts";
import { matchesGlob, nameOf } from "./input.ts";
import { generatePassword } from "./password.ts";
import { type Config, type Role, type UserNote, requireConfig, roles, userNotes } from "./store.ts";

/** Longer than any request lasts. */
const LEFT_BEHIND_MS = 600_000;
const [FIRST_RETRY, LAST_RETRY] = [10_000, 3_600_000];

export function checkAllowed(config: Config, role: string): void {
  if (!matchesGlob(config.allowedRoles, role)) throw new BulkheadError("database.not-allowed", { role });
}

async function create(context: DatabaseContext, call: Call): Promise<Reply> {
  const name = nameOf(call);
  const role = await roles.load(call.storage, name);
  if (role === null) throw new BulkheadError("database.unknown-role", { name });
  const config = await requireConfig(call.storage, role.db);
  checkAllowed(config, name);
  if (role.creation.length === 0) throw new BulkheadError("database.no-statements");
  const username = usernameFor(context, config, call.caller?.displayName ?? "", name);
  const { ttl, maxTtl } = spans(context, role);
  const now = context.clock.now();
  const password = generatePassword();

  const id = uuid();
  const statements = role.rollback.length > 0 ? role.rollback : role.revocation;
  const note: UserNote = { db: role.db, username, statements, due: now + LEFT_BEHIND_MS, failures: 0 };
  await call.storage.transaction((tx) => {
    userNotes.save(tx, id, note);
    return Promise.resolve();
  });
  try {
    await context.connections.use(call.storage, role.db, (connection) =>
      connection.createUser({ username, password, expires: now + ttl }, role.creation),
    );
  } catch (error) {
    if (isNameTaken(error)) await forget(call.storage, id);
    else await undo(context, call.storage, id, note);
    throw error;
  }
  return {
    data: { username, password: Secret.copy(password) },
    lease: leaseOf({ id, name, username, role, ttl, maxTtl }),
  };
}

/** What was there before is not ours to drop. */
const isNameTaken = (error: unknown): boolean => isBulkheadError(error) && error.details.taken === true;

interface Made {
  readonly id: string;
  readonly name: string;
  readonly username: string;
  readonly role: Role;
  readonly ttl: number;
  readonly maxTtl: number;
}

/** The role's statements go along: it may be gone when the user is to end. */
const leaseOf = ({ id, name, username, role, ttl, maxTtl }: Made): LeaseGrant => ({
  ttl,
  maxTtl,
  renewable: true,
  internal: {
    db: role.db,
    role: name,
    username,
    revocation: JSON.stringify(role.revocation),
    renew: JSON.stringify(role.renew),
  },
  replaces: userNotes.prefix + id,
});

function spans({ mount: { mount, services } }: DatabaseContext, role: Role): { ttl: number; maxTtl: number } {
  const { defaults } = services.mounts;
  const most = mount.maxLeaseTtl || defaults.maxLeaseTtl;
  const maxTtl = Math.min(role.maxTtl || most, most);
  return {
    ttl: Math.min(role.defaultTtl || mount.defaultLeaseTtl || defaults.defaultLeaseTtl, maxTtl),
    maxTtl,
  };
}

function usernameFor({ clock }: DatabaseContext, config: Config, displayName: string, role: string): string {
  const driver = driverOf(config.plugin);
  const template = compileUsername(config.usernameTemplate || driver.usernameTemplate, USERNAME_FIELDS);
  const shown = displayName.replace(/[\p{C}\\]/gu, "-"); // whoever logs in may have chosen it
  const made = template.render({ DisplayName: shown, RoleName: role }, clock);
  if (made === "" || Buffer.byteLength(made) > driver.longestUsername || /[\p{C}\\]/u.test(made))
    throw new BulkheadError("database.role", {
      problem: `the username template makes no name of 1 to ${driver.longestUsername} bytes: shorten it with truncate`,
    });
  return made;
}

/** What failed is cleaned up at once where the database answers, otherwise later. */
async function undo(context: DatabaseContext, storage: Storage, id: string, note: UserNote): Promise<void> {
  try {
    await context.connections.use(storage, note.db, (connection) =>
      connection.dropUser(note.username, note.statements),
    );
    await forget(storage, id);
  } catch (error) {
    const reason = isBulkheadError(error) ? error.code : "unexpected";
    context.warn("database user left behind", { config: note.db, username: note.username, reason });
  }
}

const forget = (storage: Storage, id: string): Promise<void> => storage.delete(userNotes.prefix + id);

/** Users that were made, or were about to be, without a lease. */
export async function dropLeftBehind(context: DatabaseContext, storage: Storage): Promise<void> {
  for (const known of await userNotes.names(storage)) {
    const note = await userNotes.load(storage, known);
    if (note === null || note.due > context.clock.now()) continue;
    // from here on its creation can no longer become a lease: its note has another name
    const id = uuid();
    const taken = await storage.transaction(async (tx) => {
      if ((await userNotes.load(tx, known)) === null) return false;
      const due = context.clock.now() + Math.min(FIRST_RETRY * 2 ** note.failures, LAST_RETRY);
      userNotes.delete(tx, known);
      userNotes.save(tx, id, { ...note, due, failures: note.failures + 1 });
      return true;
    });
    if (taken) await undo(context, storage, id, note);
  }
}

const internalStatements = (text: string | undefined): readonly string[] =>
  text === undefined ? [] : (JSON.parse(text) as string[]);

export const leaseHandlers = (context: DatabaseContext): Required<Pick<Backend, "revoke" | "renew">> => ({
  revoke: async ({ internal }, storage) => {
    const { db = "", role = "", username = "" } = internal;
    const wanted = (await roles.load(storage, role))?.revocation ?? internalStatements(internal.revocation);
    await context.connections.use(storage, db, (connection) => connection.dropUser(username, wanted));
  },
  renew: async ({ internal, expires }, storage) => {
    const { db = "", role = "", username = "" } = internal;
    const wanted = (await roles.load(storage, role))?.renew ?? internalStatements(internal.renew);
    await context.connections.use(storage, db, (connection) =>
      connection.extendUser({ username, expires }, wanted),
    );
  },
});

export const userPaths = (context: DatabaseContext): PathDeclaration[] => [
  {
    pattern: "creds/{name}",
    summary: "A user of the role, with a lease",
    operations: { read: (call) => create(context, call) },
  },
];
