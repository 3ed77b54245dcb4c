/** Histories of several repositories as one scan: one after the other, each with all threads, under paths that name the repository. */
import { scanHistory } from "./index.ts";
import { emptySummary } from "./summary.ts";
import type {
  HistoryFinding,
  HistoryScan,
  HistoryScanner,
  HistorySummary,
  ScanHistoryOptions,
} from "./types.ts";

export interface RepositoryPath {
  readonly root: string;
  /** What stands before its paths, without a slash at the end. */
  readonly name: string;
}

export interface ScanHistoriesOptions extends Omit<ScanHistoryOptions, "root"> {
  readonly repositories: readonly RepositoryPath[];
}

/** Blobs that stand in several repositories are read in each: the places differ. A repository that cannot be opened is named as unread. */
export function scanHistories({ repositories, ...options }: ScanHistoriesOptions): HistoryScan {
  const summary = emptySummary();
  const { unread } = summary;
  let made: HistoryScanner | undefined;
  const scanner = (): HistoryScanner => (made ??= options.scanner());
  async function* findings(): AsyncGenerator<HistoryFinding> {
    for (const { root, name } of repositories) {
      const earlier = { ...summary };
      const count = (now: HistorySummary): void => {
        for (const part of COUNTS) summary[part] = earlier[part] + now[part];
        summary.shallow = earlier.shallow || now.shallow;
        options.onProgress?.(summary);
      };
      const scan = scanHistory({ ...options, root, scanner, onProgress: count });
      try {
        for await (const finding of scan) yield { ...finding, path: below(name, finding.path) };
      } catch (error) {
        unread.push({ path: name, reason: (error as Error).message });
      }
      count(scan.summary);
      unread.push(...scan.summary.unread.map(({ path, reason }) => ({ path: below(name, path), reason })));
    }
  }
  return { summary, [Symbol.asyncIterator]: findings };
}

const COUNTS = ["commits", "blobs", "bytes", "bytesScanned", "skipped", "before"] as const;

const below = (name: string, path: string): string =>
  name === "" || name === "." ? path : path === "" ? name : `${name}/${path}`;

/** A list of repositories: one path a line; empty lines and those that begin with `#` say nothing. */
export const pathsInList = (text: string): string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
