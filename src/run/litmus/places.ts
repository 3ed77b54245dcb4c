/** Whether a place can be read, by reading it: a byte of a file, the list of a folder, a connection to a socket. Nothing of it is kept. */
import {
  closeSync,
  constants,
  lstatSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  statSync,
} from "node:fs";
import { connect } from "node:net";
import { basename, join } from "node:path";
import type { Detector } from "../../detect/types.ts";
import { type PlannedPlace, cleans } from "./types.ts";

export interface Reached {
  readonly files: number;
  readonly sockets: number;
}

const MOST_ENTRIES = 2_000;
const DEEPEST = 6;
const MOST_BYTES = 256 * 1024;
const CONNECT_MS = 300;
/** What stands where a file is hidden: /dev/null, makedev(1, 3). */
const NULL_DEVICE = 0x103;
/** Beside keys, but open to all by their nature. */
const HARMLESS = /^(?:known_hosts(?:\.old)?|authorized_keys|.+\.pub|\.gitkeep|\.lock|lock)$/;

export async function readPlace(place: PlannedPlace, detector: Detector): Promise<Reached> {
  const sockets: string[] = [];
  const counted = { files: 0, left: MOST_ENTRIES };
  const walk = (path: string, depth: number): void => {
    if (counted.left-- <= 0) return;
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return;
    if (depth > 0 && stat.isDirectory() && lstatSync(path).isSymbolicLink()) return; // it leads elsewhere, or around
    if (stat.isDirectory()) {
      if (depth < DEEPEST) for (const name of names(path)) walk(join(path, name), depth + 1);
    } else if (stat.isSocket()) sockets.push(path);
    else if (stat.isFile()) {
      if (depth > 0 && HARMLESS.test(basename(path))) return;
      if (holds(path, place, detector)) counted.files += 1;
    } else if (depth > 0 || stat.rdev === NULL_DEVICE) return;
    else if (stat.isBlockDevice() ? holds(path, place, detector) : stat.isCharacterDevice() && opens(path))
      counted.files += 1;
  };
  const careful = (path: string): void => {
    try {
      walk(path, 0);
    } catch {
      // closed to us: nothing that can be read
    }
  };
  careful(place.path);
  const answers = await Promise.all(sockets.map((path) => connects({ path })));
  return { files: counted.files, sockets: answers.filter(Boolean).length };
}

function names(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function holds(path: string, { clean, search }: PlannedPlace, detector: Detector): boolean {
  try {
    if (clean === undefined && search === undefined) return hasByte(path);
    const bytes = readFileSync(path).subarray(0, MOST_BYTES);
    const change = clean === undefined ? undefined : cleans[clean];
    const text = bytes.toString("utf8");
    const found =
      change !== undefined
        ? change(text) !== text
        : detector
            .scan(bytes)
            .some(({ rule, value }) => (value.fill(0), rule.rank < 3 && rule.severity !== "info"));
    bytes.fill(0);
    return found;
  } catch {
    return false;
  }
}

function hasByte(path: string): boolean {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const byte = Buffer.alloc(1);
    const count = readSync(descriptor, byte, 0, 1, null);
    byte.fill(0);
    return count > 0;
  } finally {
    closeSync(descriptor);
  }
}

export function opens(path: string): boolean {
  try {
    closeSync(openSync(path, constants.O_RDONLY | constants.O_NONBLOCK));
    return true;
  } catch {
    return false;
  }
}

/** Opens a connection and closes it, without a word. */
export function connects(where: { path: string } | { host: string; port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(where);
    const done = (answer: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => done(false), CONNECT_MS);
    socket.once("connect", () => done(true));
    socket.once("error", () => done(false));
  });
}
