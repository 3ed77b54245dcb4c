/**
 * Whose folder a log lies in. Nodes that share a store share its anchors, and each numbers its segments from 0001: the file `node`
 * in the folder says which node's they are. Host and folder go into every anchor too, so that somebody who removes the file (and
 * the log with it) does not turn a missing segment into one that "lies elsewhere".
 */
import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import type { NodeIdentity } from "./types.ts";

const NAME = "node";
const ID = /^[0-9a-f]{16}$/;

/** null when the folder does not say. */
export function readNodeId(folder: string): string | null {
  try {
    const id = readFileSync(join(folder, NAME), "latin1").trim();
    return ID.test(id) ? id : null;
  } catch {
    return null;
  }
}

export function placeOf(folder: string): { readonly host: string; readonly folder: string } {
  try {
    return { host: hostname(), folder: realpathSync(folder) };
  } catch {
    return { host: hostname(), folder: resolve(folder) };
  }
}

/** Reads the folder's identity or gives it one; of several processes one wins. Throws what the file system throws. */
export function claimNode(folder: string): NodeIdentity {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const known = readNodeId(folder);
  if (known !== null) return { node: known, ...placeOf(folder) };
  const path = join(folder, NAME);
  const draft = `${path}.${process.pid}.${randomBytes(4).toString("hex")}`;
  try {
    writeFileSync(draft, `${randomBytes(8).toString("hex")}\n`, { flag: "wx", mode: 0o600 });
    linkSync(draft, path);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  const id = readNodeId(folder);
  if (id === null) throw Object.assign(new Error("the file node is damaged"), { code: "EBADNODE" });
  return { node: id, ...placeOf(folder) };
}
