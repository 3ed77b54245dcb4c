/**
 * Whether a finding is allowed: comments beside it and lists. What the scanned tree says of itself counts, and is named in the report with
 * its counts, so that nobody hides a key unseen; `--no-allow` reads none of it.
 */
import { lstatSync, readFileSync } from "node:fs";
import { basename, isAbsolute, join, relative, resolve, sep } from "node:path";
import { BulkheadError, isBulkheadError } from "../../core/errors.ts";
import { reasonOf } from "../sources/walk.ts";
import type { Sighting } from "../finding.ts";
import { bulkhead } from "./bulkhead.ts";
import { detectSecrets } from "./detect-secrets.ts";
import { gitleaks } from "./gitleaks.ts";
import { trufflehog } from "./trufflehog.ts";
import type { AllowKind, AllowList, Verdict } from "./types.ts";

export type { Verdict } from "./types.ts";

export const allowKinds: readonly AllowKind[] = [bulkhead, gitleaks, detectSecrets, trufflehog];

export interface Allowance {
  /** Of the sighting's lines and the lists; null: nothing allows it. */
  verdict(sighting: Sighting): Promise<Verdict>;
  /** Under the salt of the first list that has one. */
  print(sighting: Sighting): Promise<string | undefined>;
  /** Lists or entries that could not be used. */
  readonly problems: readonly string[];
}

export interface LoadedList {
  readonly list: AllowList;
  readonly source: string;
  /** Absolute folder that its paths are relative to. */
  readonly base: string;
}

export interface AllowanceOptions {
  /** What findings' paths are relative to, absolute. */
  readonly cwd: string;
  readonly lists: readonly LoadedList[];
  /** Comments beside the value count. */
  readonly inline: boolean;
  /** `2026-11-21`, UTC. */
  readonly today: string;
}

export function createAllowance({ cwd, lists, inline, today }: AllowanceOptions): Allowance {
  return {
    problems: lists.flatMap(({ list, source }) => list.problems.map((problem) => `${source}: ${problem}`)),
    async verdict(sighting) {
      const beside = inline ? besideOf(sighting) : null;
      if (beside?.allowed === true) return beside;
      let note: Verdict = beside;
      if (lists.length === 0) return note;
      const absolute = resolve(cwd, sighting.finding.place.path);
      for (const { list, source, base } of lists) {
        const path = relative(base, absolute).split(sep).join("/");
        const verdict = await list.judge(sighting, { path, source, today });
        if (verdict?.allowed === true) return verdict;
        note ??= verdict;
      }
      return note;
    },
    async print(sighting) {
      for (const { list } of lists) if (list.print !== undefined) return list.print(sighting);
      return undefined;
    },
  };
}

function besideOf({ lines }: Sighting): Verdict {
  if (lines === undefined) return null;
  const [line, above] = [lines.line.toString("utf8"), lines.above.toString("utf8")];
  let note: Verdict = null;
  for (const kind of allowKinds) {
    const found = kind.inline?.(line, above) ?? null;
    if (found?.reason === null)
      note ??= { allowed: false, note: `${found.source} gives no reason, so it does not count` };
    else if (found !== null)
      return { allowed: true, reason: found.reason, source: `${found.source} comments` };
  }
  return note;
}

const MOST_BYTES = 64 << 20;

/** The lists that stand in these folders; what cannot be used is a list that allows nothing and says why. */
export function listsIn(folders: Iterable<string>, cwd: string): LoadedList[] {
  return [...new Set(folders)].flatMap((base) =>
    allowKinds.flatMap((kind) => {
      if (kind.file === undefined) return [];
      const path = join(base, kind.file.path);
      const source = shown(path, cwd);
      const text = textOf(path);
      if (text === null) return [];
      try {
        return [{ list: kind.file.read(text, source), source, base }];
      } catch (error) {
        if (!isBulkheadError(error)) throw error;
        return [{ list: { problems: [String(error.details.problem)], judge: () => null }, source, base }];
      }
    }),
  );
}

/** A list named by the user: by its file name, else in our own form. Paths in it are relative to the folder it is in. Throws `allow.invalid`. */
export function namedList(path: string, cwd: string): LoadedList {
  const absolute = resolve(cwd, path);
  const kind =
    allowKinds.find(({ file }) => file !== undefined && basename(file.path) === basename(absolute)) ??
    bulkhead;
  let text: string;
  try {
    text = readFileSync(absolute, "utf8");
  } catch (cause) {
    throw new BulkheadError("io.failed", { action: "read", path, reason: reasonOf(cause) }, { cause });
  }
  const list = kind.file?.read(text, path);
  if (list === undefined) throw new BulkheadError("allow.invalid", { path, problem: "is of no known kind" });
  const [problem] = list.problems;
  if (problem !== undefined) throw new BulkheadError("allow.invalid", { path, problem });
  const above = kind.file?.path.split("/").slice(0, -1) ?? [];
  const inPlace =
    above.length > 0 &&
    absolute
      .split(sep)
      .slice(-above.length - 1, -1)
      .join("/") === above.join("/");
  const base = resolve(absolute, "..", ...(inPlace ? above.map(() => "..") : []));
  return { list, source: path, base };
}

/** Null where there is no regular file of a bearable size: links are not followed out of a tree that may be hostile. */
function textOf(path: string): string | null {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats?.isFile() !== true || stats.size > MOST_BYTES) return null;
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

function shown(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short.startsWith("..") || isAbsolute(short) ? path : short.split(sep).join("/");
}
