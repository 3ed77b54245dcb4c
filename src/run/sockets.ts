/** Unix sockets on which somebody listens: a job without a network could ask their owners to use theirs (a resolver, an agent, a database). */
import { accessSync, constants, readFileSync } from "node:fs";
import type { Candidate } from "./candidates.ts";
import { NEEDED_SOCKETS } from "./credential-places.ts";

/** proc(5): `Num RefCount Protocol Flags Type St Inode Path`; the flag 0x10000 says that it accepts connections. */
export function parseListening(table: string): string[] {
  return table
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [, flags = "", path = ""] = /^\S+ \S+ \S+ ([0-9A-Fa-f]+) \S+ \S+ +\d+ (.+)$/.exec(line) ?? [];
      return (Number.parseInt(flags, 16) & 0x10000) !== 0 && path.startsWith("/") ? [path] : [];
    });
}

/** Those that this user may connect to, but for what a GPU needs. */
export function listeningSockets(): Candidate[] {
  if (process.platform !== "linux") return [];
  const paths = new Set(parseListening(readFileSync("/proc/net/unix", "utf8")));
  return [...paths]
    .filter((path) => !NEEDED_SOCKETS.some((one) => one.test(path)) && mayConnect(path))
    .map((path) => ({ path, why: "somebody listens there who has a network" }));
}

function mayConnect(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
