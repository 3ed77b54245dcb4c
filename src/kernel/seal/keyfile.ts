/** The key file: 64 hex digits that only their owner can read, made whole or not at all, and never overwritten. */
import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  type Stats,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { BulkheadError } from "../../core/errors.ts";

const HEX_DIGITS = 64;

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "unknown";

/** The 32 bytes; the caller zeroes them. Throws `seal.missing-key`, `seal.key-exposed`, `seal.wrong-key`, `io.failed`. */
export function readKeyFile(path: string): Buffer {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK); // a FIFO must not hold us up
  } catch (error) {
    if (codeOf(error) === "ENOENT") throw new BulkheadError("seal.missing-key", { path });
    throw new BulkheadError("io.failed", { action: "read", path, reason: codeOf(error) }, { cause: error });
  }
  const text = Buffer.alloc(HEX_DIGITS + 2);
  try {
    const problem = exposure(fstatSync(file)); // of what was opened, wherever a symbolic link led
    if (problem !== null) throw new BulkheadError("seal.key-exposed", { path, problem });
    const length = readSync(file, text, 0, text.length, 0);
    const digits = text.toString("latin1", 0, HEX_DIGITS);
    const rest = text.toString("latin1", HEX_DIGITS, length);
    if (!/^[0-9a-f]{64}$/.test(digits) || (rest !== "" && rest !== "\n"))
      throw new BulkheadError("seal.wrong-key");
    return Buffer.from(digits, "hex");
  } finally {
    text.fill(0);
    closeSync(file);
  }
}

function exposure(stats: Stats): string | null {
  if (!stats.isFile()) return "it is not a regular file";
  if (process.platform === "win32") return null;
  if (stats.uid !== process.geteuid?.()) return "it belongs to another user";
  if ((stats.mode & 0o077) !== 0) return `its mode is ${(stats.mode & 0o777).toString(8).padStart(4, "0")}`;
  return null;
}

/** Makes the file unless there is one, durably. The content appears at once, so that nobody reads half a key. */
export function makeKeyFile(path: string): void {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString("hex")}.new`;
  const key = randomBytes(HEX_DIGITS / 2);
  const text = Buffer.from(`${key.toString("hex")}\n`, "latin1");
  key.fill(0);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const file = openSync(draft, "wx", 0o600);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    linkSync(draft, path);
    const folder = openSync(dirname(path), "r");
    fsyncSync(folder);
    closeSync(folder);
  } catch (error) {
    if (codeOf(error) === "EEXIST") return;
    throw new BulkheadError("io.failed", { action: "write", path, reason: codeOf(error) }, { cause: error });
  } finally {
    text.fill(0);
    rmSync(draft, { force: true });
  }
}
