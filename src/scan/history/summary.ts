/** What a scan counts as it goes: the summary that others read, while it is being filled. */
import type { Unread } from "../types.ts";
import type { HistorySummary } from "./types.ts";

export type Counting = { -readonly [key in keyof HistorySummary]: HistorySummary[key] } & {
  readonly unread: Unread[];
};

export const emptySummary = (): Counting => ({
  commits: 0,
  blobs: 0,
  bytes: 0,
  bytesScanned: 0,
  skipped: 0,
  before: 0,
  unread: [],
  shallow: false,
});
