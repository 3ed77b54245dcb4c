/** Commits as they stand in the store: who wrote them, when, after which others. */
import type { CommitRef } from "../../core/finding.ts";
import { catFile } from "./cat-file.ts";

export interface Commit extends CommitRef {
  readonly parents: readonly string[];
}

export async function readCommits(root: string, ids: Iterable<string>): Promise<Map<string, Commit>> {
  const commits = new Map<string, Commit>();
  for await (const object of catFile(root, [...new Set(ids)], new Set(["commit"])))
    if ("bytes" in object && object.type === "commit" && object.bytes !== null)
      commits.set(object.id, parseCommit(object.id, object.bytes));
  return commits;
}

export function parseCommit(id: string, bytes: Buffer): Commit {
  const end = bytes.indexOf("\n\n");
  const head = bytes.subarray(0, end === -1 ? bytes.length : end);
  const encoding = /^encoding (\S+)$/m.exec(head.toString("latin1"))?.[1];
  const text = decode(head, encoding);
  const [, author = "", email = "", seconds, zone] =
    /^author (.*?) ?<([^>\n]*)> (-?\d+) ([+-]\d{4})/m.exec(text) ?? [];
  return {
    id,
    author,
    email,
    date: isoDate(Number(seconds ?? 0), zone ?? "+0000"),
    parents: [...text.matchAll(/^parent ([0-9a-f]+)$/gm)].map(([, parent]) => parent as string),
  };
}

function decode(bytes: Uint8Array, encoding: string | undefined): string {
  try {
    return new TextDecoder(encoding ?? "utf-8").decode(bytes);
  } catch {
    return new TextDecoder("latin1").decode(bytes);
  }
}

/** With the author's own offset, as git's `%aI`. */
function isoDate(seconds: number, zone: string): string {
  const minutes =
    (zone.startsWith("-") ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3, 5)));
  const local = new Date((seconds + minutes * 60) * 1000);
  if (Number.isNaN(local.getTime())) return "1970-01-01T00:00:00Z";
  const text = local.toISOString().replace(/\.\d+Z$/, "");
  return minutes === 0 ? `${text}Z` : `${text}${zone.slice(0, 3)}:${zone.slice(3, 5)}`;
}
