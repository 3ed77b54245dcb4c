/** Several real servers on one PostgreSQL, each a process with a folder of its own. */
import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Started, spawnProgram } from "./process.ts";

export interface Node {
  readonly started: Started;
  readonly address: string;
  /** A stored root token. */
  readonly root: string;
  readonly home: string;
}

/** With `TEST_TIDY` and others of server-main.ts. */
export type NodeEnvironment = Readonly<Record<string, string>>;

export async function startNode(home: string, dsn: string, env: NodeEnvironment = {}): Promise<Node> {
  const started = spawnProgram("server-main.ts", [], { home, env: { ...env, BULKHEAD_STORE: dsn } });
  const line = JSON.parse((await started.line()) ?? "{}") as { address?: string; token?: string };
  if (line.address === undefined || line.token === undefined) await started.end();
  assert.ok(line.address !== undefined && line.token !== undefined, JSON.stringify(line) + started.log());
  return { started, address: line.address, root: line.token, home };
}

/** A folder for a further node, with a copy of the first one's seal key. */
export function nodeHome(folder: string, name: string, sealKey?: string): string {
  const home = join(folder, name);
  mkdirSync(home, { mode: 0o700, recursive: true });
  const key = join(home, "seal.key");
  if (sealKey !== undefined && !existsSync(key)) copyFileSync(sealKey, key);
  return home;
}
