/** Rows of the store, its seal and its barrier. */
import { type ErrorRow, row } from "./row.ts";

export const storageErrors = {
  // store
  "store.newer": row(
    500,
    1,
    "the store {path} was made by a newer Bulkhead (format {format}, this one knows {known})",
    "use that version of Bulkhead, or restore a backup made by this one",
  ),
  "store.foreign": row(
    500,
    1,
    "{path} is not a Bulkhead store",
    "point Bulkhead at another place, or move that file away",
  ),
  "store.corrupt": row(500, 1, "the store {path} is damaged", "keep the file and restore a backup"),
  "store.full": row(
    507,
    1,
    "the store {path} cannot be written: {reason}",
    "free space on that disk and try again; nothing that was acknowledged is lost",
  ),
  "store.busy": row(
    503,
    1,
    "the store {path} stayed locked by another process",
    "try again, or stop the process that holds it",
  ),
  "store.contended": row(503, 1, "too many changes by others at the same time", "try again"),
  "store.fenced": row(
    503,
    1,
    "the lock {name} is over: nothing was written",
    "nothing needs doing: whoever holds the lock now goes on",
  ),
  "store.closed": row(503, 1, "the store is closed", "open it again"),
  "store.exposed": row(
    500,
    1,
    "others can read the store {path} and its mode cannot be changed",
    "let the user who runs Bulkhead own it, with mode 0600",
  ),
  "store.unreachable": row(
    503,
    1,
    "the store {path} cannot be reached: {reason}",
    "see that the database runs and answers from here; nothing that was acknowledged is lost",
  ),
  "store.refused": row(
    500,
    1,
    "the store {path} lets Bulkhead not in: {reason}",
    "check user, password, database and TLS of the address; the user must own the schema, or may make it",
  ),
  "store.bad-address": row(
    400,
    2,
    "not the address of a store: {problem}",
    "write postgres://user:password@host:5432/database, see docs/settings.md",
  ),
  "store.bad-key": row(
    400,
    1,
    "not a storage key: {problem}",
    "use a shorter name without control characters",
  ),

  // seal and barrier
  "seal.sealed": row(
    503,
    1,
    "Vault is sealed",
    "unseal it (`bulkhead operator unseal`), or start it again with its key file, passphrase or key service",
  ),
  "seal.not-initialized": row(
    400,
    1,
    "Vault is not initialized",
    "run `bulkhead operator init`; without --config `bulkhead server` does it at its first start",
  ),
  "seal.wrong-key": row(
    400,
    1,
    "the seal key does not open this store",
    "give the key or passphrase this store was made with",
  ),
  "seal.missing-key": row(
    500,
    1,
    "the seal key file {path} is missing",
    "restore it from your backup; without it the store cannot be opened",
  ),
  "seal.key-exposed": row(
    500,
    1,
    "the seal key file {path} is not private: {problem}",
    "run `chmod 600` on it and let its owner be the user who runs Bulkhead; rotate what it protects if others could read it",
  ),
  "seal.wrong-method": row(
    400,
    1,
    "this store is sealed by {type}, not by {asked}",
    "use the seal it was made with",
  ),
  "seal.empty-passphrase": row(
    400,
    2,
    "the passphrase is empty",
    "give a long one; nothing else protects the store",
  ),
  "seal.refused": row(400, 1, "{problem}", "`bulkhead operator status` shows what is going on"),
  "seal.wrong-shares": row(
    400,
    1,
    "invalid key: these shares together open nothing",
    "begin again with shares of the current set; a wrong one cannot be told from the others",
  ),
  "seal.too-many": row(429, 1, "too many key shares were handed in", "wait a moment, then go on"),
  "seal.kms-failed": row(
    503,
    1,
    "the {type} key {key} cannot be used: {reason}",
    "see that its service answers, and that the credentials may encrypt and decrypt with that key",
  ),
  "snapshot.damaged": row(
    400,
    1,
    "this is no whole snapshot of Bulkhead: {problem}",
    "take another copy of it; nothing was changed",
  ),
  "snapshot.foreign": row(
    400,
    1,
    "this snapshot was not made by this store, or it was changed since",
    "nothing was changed; to put another store's in this one's place use --force, and unseal by that one's keys",
  ),
  "barrier.corrupt": row(
    500,
    1,
    "the stored entry {path} is damaged or was moved",
    "restore it from a backup",
  ),
  "barrier.bad-key": row(500, 1, "not a storage path: {problem}", "report it"),
} as const satisfies Record<string, ErrorRow>;
