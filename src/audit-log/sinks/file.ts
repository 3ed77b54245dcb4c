/**
 * Lines in a plain file, as Vault's `file` device; others may rename it (logrotate): the next write goes to a new file of that name.
 * Who may set up a device must not thereby write as the server where he likes: the file is new, or is an audit log already, belongs to
 * the server's user, is no link, and does not lie in the store's folder. Devices made over the API are held to names that no shell,
 * cron or service manager would run.
 */
import { constants, type promises, realpathSync, statSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, normalize, sep } from "node:path";
import { badDevice, duration, integer, required, writeTimeout } from "./options.ts";
import { openStdout } from "./stdout.ts";
import type { Sink, SinkOptions, SinkRules, SinkType } from "./types.ts";

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDWR } = constants;
const STANDARD_OUTPUT = new Set(["stdout", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]);
const NOWHERE = new Set(["discard", "/dev/null"]);
/** No dot folder, and an extension that nothing executes or reads as its configuration. */
const GUARDED_NAME = /^[^.].*\.(?:log|jsonl|json)$/;
/** How an audit log begins, ours or Vault's, behind a prefix. */
const BEGINNING = /^[ -~]{0,64}\{"time":"\d{4}-\d\d-\d\dT[\d:.]{8,18}Z","type":"[a-z]+"/;
const STANDARD_MODE = 0o600;

export const fileSink: SinkType = {
  type: "file",
  options: [
    "file_path",
    "path",
    "mode",
    "rotate_bytes",
    "rotate_duration",
    "rotate_max_files",
    "write_timeout",
  ],
  open: (options, rules) => {
    const given = options.file_path ?? required({ file_path: options.path ?? "" }, "file_path");
    if (NOWHERE.has(given))
      throw badDevice("a device that keeps nothing would let every request pass unaudited");
    if (STANDARD_OUTPUT.has(given)) return openStdout(options, rules);
    const plan: FilePlan = {
      path: checkedPath(given, rules),
      mode: modeOf(options, rules),
      rotateBytes: integer(options, "rotate_bytes", 0),
      rotateAfter: duration(options, "rotate_duration", 0),
      keep: integer(options, "rotate_max_files", 0),
    };
    return { confirms: true, timeout: writeTimeout(options), sink: new FileSink(plan) };
  },
};

interface FilePlan {
  readonly path: string;
  /** null: as it is. */
  readonly mode: number | null;
  /** 0: never. */
  readonly rotateBytes: number;
  /** Milliseconds; 0: never. */
  readonly rotateAfter: number;
  /** Rotated files that are kept; 0: all. */
  readonly keep: number;
}

function checkedPath(given: string, { guarded, protectedFolders }: SinkRules): string {
  if (!isAbsolute(given) || /[\0-\x1f]/.test(given) || normalize(given) !== given || given.endsWith(sep))
    throw badDevice("file_path is an absolute path without . and ..");
  let folder: string;
  try {
    folder = realpathSync(dirname(given));
  } catch {
    throw badDevice("the folder of file_path does not exist");
  }
  const path = join(folder, basename(given));
  if (protectedFolders.some((one) => isBelow(path, realFolder(one))))
    throw badDevice("file_path lies in the store's own folder");
  if (/^\/(proc|sys|dev)\//.test(path)) throw badDevice("file_path is not the path of a plain file");
  if (!guarded) return path;
  if (!GUARDED_NAME.test(basename(path)) || path.split(sep).some((part) => part.startsWith(".")))
    throw badDevice(
      "over the API file_path ends in .log, .json or .jsonl and holds no dot folder: set others in the server's configuration",
    );
  const { mode } = statSync(folder);
  if ((mode & 0o022) !== 0 && (mode & 0o1000) === 0)
    throw badDevice("others may write into the folder of file_path");
  return path;
}

function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return normalize(folder);
  }
}

const isBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(folder + sep);

function modeOf(options: SinkOptions, { guarded }: SinkRules): number | null {
  const given = options.mode ?? "";
  if (given === "") return STANDARD_MODE;
  if (!/^0?[0-7]{1,4}$/.test(given)) throw badDevice("mode is not an octal number such as 0600");
  const mode = Number.parseInt(given, 8);
  if (mode === 0) return null;
  if ((mode & (guarded ? ~0o640 : ~0o664)) !== 0)
    throw badDevice(`mode is at most ${guarded ? "0640 over the API" : "0664"}`);
  return mode;
}

class FileSink implements Sink {
  readonly #plan: FilePlan;
  #file: FileHandle | null = null;
  #ino = 0;
  #size = 0;
  #begun = 0;
  /** The last write failed in the middle: what comes next begins on a line of its own. */
  #torn = false;

  constructor(plan: FilePlan) {
    this.#plan = plan;
  }

  async write(lines: Parameters<Sink["write"]>[0]): Promise<void> {
    const fs = await import("node:fs/promises");
    await this.#follow(fs);
    if (this.#isDue()) await this.#rotate(fs);
    const file = this.#file ?? (await this.#open(fs));
    const text = `${this.#torn ? "\n" : ""}${lines.map(({ json }) => `${json}\n`).join("")}`;
    const bytes = Buffer.from(text);
    this.#torn = true;
    for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
    this.#torn = false;
    this.#size += bytes.length;
  }

  reset(): void {
    const file = this.#file;
    this.#file = null;
    file?.close().catch(() => undefined); // a file that hangs closes when it can
  }

  /** Renamed or removed by somebody: the name stands for another file now. */
  async #follow(fs: Fs): Promise<void> {
    if (this.#file === null) return;
    const now = await fs.lstat(this.#plan.path).catch(() => null);
    if (now === null || now.ino !== this.#ino) this.reset();
    else this.#size = now.size; // cut by copytruncate, or written to by another process
  }

  #isDue(): boolean {
    const { rotateBytes, rotateAfter } = this.#plan;
    if (this.#file === null || this.#size === 0) return false;
    return (
      (rotateBytes > 0 && this.#size >= rotateBytes) ||
      (rotateAfter > 0 && Date.now() - this.#begun >= rotateAfter)
    );
  }

  async #rotate(fs: Fs): Promise<void> {
    const { path, keep } = this.#plan;
    const stamp = new Date().toISOString().replace(/[-:]/g, "");
    for (let n = 0; ; n++) {
      const aside = `${path}.${stamp}${n === 0 ? "" : `-${n}`}`;
      try {
        // a link and not a rename: it replaces nothing
        await fs.link(path, aside);
        break;
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      }
    }
    await fs.unlink(path);
    this.reset();
    if (keep === 0) return;
    const name = basename(path);
    const old = (await fs.readdir(dirname(path)))
      .filter(
        (one) =>
          one.startsWith(`${name}.`) && /^\d{8}T\d{6}\.\d{3}Z(-\d+)?$/.test(one.slice(name.length + 1)),
      )
      .sort();
    for (const one of old.slice(0, Math.max(0, old.length - keep))) await fs.unlink(join(dirname(path), one));
  }

  async #open(fs: Fs): Promise<FileHandle> {
    const { path, mode } = this.#plan;
    // not blocking: a pipe in its place is refused below, and must not be waited for here
    const flags = O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK;
    const file = await fs.open(path, flags, mode ?? STANDARD_MODE);
    try {
      const { ino, size, birthtimeMs } = await ours(file);
      if (mode !== null) await file.chmod(mode);
      this.#ino = ino;
      this.#size = size;
      this.#begun = size === 0 ? Date.now() : birthtimeMs;
    } catch (error) {
      await file.close();
      throw error;
    }
    this.#file = file;
    return file;
  }
}

type Fs = typeof promises;

/** Throws when the open file is not one to append entries to. */
async function ours(file: FileHandle): Promise<{ ino: number; size: number; birthtimeMs: number }> {
  const { ino, size, uid, nlink, birthtimeMs, mode } = await file.stat();
  const isFile = (mode & constants.S_IFMT) === constants.S_IFREG;
  if (!isFile) throw new Error("it is not a plain file");
  if (nlink > 1) throw new Error("the file has other names");
  if (process.getuid !== undefined && uid !== process.getuid())
    throw new Error("the file belongs to another user");
  if (size === 0) return { ino, size, birthtimeMs };
  const head = Buffer.alloc(256);
  const { bytesRead } = await file.read(head, 0, head.length, 0);
  if (!BEGINNING.test(head.toString("latin1", 0, bytesRead)))
    throw new Error("the file holds something else than an audit log");
  return { ino, size, birthtimeMs };
}
