/**
 * Following the values: when a job has ended, the files that it wrote below its folder, and those through which it speaks to the CI
 * system, are searched for the very values that it was given, in all forms that the masker knows. A value in one of them would be read
 * by the next stage, cached, uploaded or committed.
 */
import { realpathSync } from "node:fs";
import { relative } from "node:path";
import type { MaskSet } from "../../mask/index.ts";
import { lookInto } from "./look.ts";
import type { FollowReport, Leak } from "./report.ts";
import { type Start, type WrittenFile, changedSince, codeOf, writtenBelow, writtenFile } from "./written.ts";

export interface FollowOptions {
  readonly masks: MaskSet;
  readonly folder: string;
  /** The caller's environment: where the CI system's files are. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly start: Start;
  /** Milliseconds that it may take; a minute when left out. */
  readonly time?: number;
  /** Entries of folders looked at; two million when left out. */
  readonly entries?: number;
}

/** Variables that name files by which a step speaks to the steps after it. */
const CI_FILES = [
  "GITHUB_ENV",
  "GITHUB_OUTPUT",
  "GITHUB_STEP_SUMMARY",
  "GITHUB_STATE",
  "GITHUB_PATH",
  "BASH_ENV",
] as const;
const MOST_LEAKS = 200;
const MOST_UNREAD = 50;

export async function followValues(options: FollowOptions): Promise<FollowReport> {
  const { masks, folder, env, start, time = 60_000, entries = 2_000_000 } = options;
  const since = changedSince(start);
  const until = performance.now() + time;
  const late = (): boolean => performance.now() > until;
  const leaks: Leak[] = [];
  const unread: { file: string; reason: string }[] = [];
  const skip = (file: string, reason: string): void => {
    if (unread.length < MOST_UNREAD) unread.push({ file, reason });
  };
  let [files, bytes] = [0, 0];
  const look = async ({ path, size }: WrittenFile, file: string): Promise<void> => {
    if (late()) return skip(file, "no time was left");
    files++;
    bytes += size;
    try {
      const { places, unread: parts } = await lookInto(path, masks, late);
      for (const place of places) if (leaks.length < MOST_LEAKS) leaks.push({ file, ...place });
      for (const { name, reason } of parts) skip(name === "" ? file : `${file}!${name}`, reason);
    } catch (error) {
      if (codeOf(error) !== "ENOENT") skip(file, codeOf(error));
    }
  };

  const done = new Set<string>();
  for (const variable of CI_FILES) {
    const path = env[variable];
    const file = path === undefined || path === "" ? null : writtenFile(path, since);
    if (file === null || done.has(realpathSync(file.path))) continue;
    done.add(realpathSync(file.path));
    await look(file, variable);
  }
  const onUnread = (path: string, reason: string): void => skip(relative(folder, path) || ".", reason);
  for (const file of writtenBelow({ folder, since, entries, until, onUnread })) {
    const name = relative(folder, file.path);
    // A name is as good as a line: it is listed, uploaded and committed.
    if (masks.finds(Buffer.from(name)) && leaks.length < MOST_LEAKS)
      leaks.push({
        file: hiddenName(name, masks),
        within: "its name",
        byte: 0,
        names: ownersIn(name, masks),
      });
    if (!done.has(file.path)) await look(file, hiddenName(name, masks));
  }
  return { leaks, files, bytes, unread };
}

function hiddenName(name: string, masks: MaskSet): string {
  const masker = masks.masker();
  return Buffer.concat([...masker.push(Buffer.from(name)), ...masker.flush()]).toString();
}

function ownersIn(name: string, masks: MaskSet): string[] {
  const finder = masks.finder();
  return [...finder.push(Buffer.from(name)), ...finder.flush()].flatMap(({ names }) => names);
}
