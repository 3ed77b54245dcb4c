/**
 * The token of `bulkhead login`: one entry for each server's address (a token is never sent to another), in a file of mode 0600.
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { BulkheadError } from "../core/errors.ts";
import { Secret } from "../core/secret.ts";

export interface LoginEntry {
  readonly token: string;
  readonly accessor: string;
  /** RFC 3339; null: it does not expire. */
  readonly expires: string | null;
}

type LoginFile = Readonly<Record<string, LoginEntry>>;

/** Addresses as keys: the origin, so that a trailing slash makes no difference. */
const keyOf = (address: string): string => (URL.canParse(address) ? new URL(address).origin : address);

function read(path: string): LoginFile {
  let text: string;
  try {
    if ((statSync(path).mode & 0o077) !== 0) throw new BulkheadError("cli.file-exposed", { path });
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed as LoginFile;
  } catch {
    // said below, without the text: it holds a token
  }
  throw new BulkheadError("login.damaged", { path });
}

/** null when nobody is logged in there. Throws `login.expired`, `login.damaged`, `cli.file-exposed`. */
export function readLogin(path: string, address: string): Secret | null {
  const entry = read(path)[keyOf(address)];
  if (entry === undefined) return null;
  if (entry.expires !== null && Date.parse(entry.expires) <= Date.now())
    throw new BulkheadError("login.expired", { address, expired: entry.expires });
  return Secret.copy(entry.token);
}

export function writeLogin(path: string, address: string, entry: LoginEntry): void {
  replace(path, { ...read(path), [keyOf(address)]: entry });
}

/** False when nobody was logged in there. */
export function removeLogin(path: string, address: string): boolean {
  const { [keyOf(address)]: gone, ...others } = read(path);
  if (gone === undefined) return false;
  if (Object.keys(others).length === 0) rmSync(path, { force: true });
  else replace(path, others);
  return true;
}

function replace(path: string, content: LoginFile): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const beside = `${path}.${process.pid}.tmp`;
  const descriptor = openSync(beside, "wx", 0o600);
  try {
    writeSync(descriptor, `${JSON.stringify(content, null, 2)}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(beside, path);
}
