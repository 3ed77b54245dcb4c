/**
 * `.bulkhead/ci-allow.yaml`: findings that may stay, and why. An entry names a check, a path pattern, a subject, or several of them, which
 * must all hold. After its day it allows nothing, and its findings say so.
 */
import { MOST_PATTERN, pathMatcher } from "../core/path-pattern.ts";
import type { Allowed } from "../core/finding.ts";
import type { CiFinding } from "./checks/types.ts";
import { type Invalid, invalidAt, isRecord, readList } from "./list-file.ts";

export const EXCEPTIONS_PATH = ".bulkhead/ci-allow.yaml";

export interface Exceptions {
  /** Null: no entry names it. `note`: one does, and is over. */
  judge(finding: CiFinding): { readonly allowed?: Allowed; readonly note?: string } | null;
  /** Entries that allowed nothing so far, in words. */
  idle(): readonly string[];
}

interface Entry {
  readonly number: number;
  readonly check: string | undefined;
  readonly path: ((path: string) => boolean) | undefined;
  readonly subject: string | undefined;
  readonly reason: string;
  readonly until: string | undefined;
}

const MEMBERS = new Set(["check", "path", "subject", "reason", "owner", "until"]);

/** `known`: ids of checks. `today`: `2026-11-21`. Throws `ci.list-invalid`. */
export function readExceptions(
  text: string,
  source: string,
  { known, today }: { readonly known: ReadonlySet<string>; readonly today: string },
): Exceptions {
  const invalid = invalidAt(source);
  const { allow } = readList(text, invalid);
  if (!Array.isArray(allow)) return invalid("needs a list `allow`");
  const entries = (allow as unknown[]).map((row, at) => entryOf(row, at + 1, known, invalid));
  const used = new Set<Entry>();
  return {
    judge(finding) {
      const matching = entries.filter(
        ({ check, path, subject }) =>
          (check === undefined || check === finding.check.id) &&
          (path?.(finding.span.file.path) ?? true) &&
          (subject === undefined || subject === finding.subject),
      );
      for (const entry of matching) used.add(entry);
      const live = matching.find(({ until }) => until === undefined || until >= today);
      if (live !== undefined) return { allowed: { reason: live.reason, source } };
      const over = matching[0];
      return over === undefined ? null : { note: `allowed by ${source} until ${over.until}, which is over` };
    },
    idle: () =>
      entries
        .filter((entry) => !used.has(entry))
        .map(
          ({ number, check }) =>
            `entry ${number}${check === undefined ? "" : ` (${check})`} of ${source} allows nothing`,
        ),
  };
}

function entryOf(row: unknown, number: number, known: ReadonlySet<string>, invalid: Invalid): Entry {
  const wrong = (problem: string): never => invalid(`entry ${number} ${problem}`);
  if (!isRecord(row)) return wrong("is not a mapping");
  const stranger = Object.keys(row).find((name) => !MEMBERS.has(name));
  if (stranger !== undefined) return wrong(`has the unknown member ${stranger.slice(0, 40)}`);
  if (!Object.values(row).every((value) => typeof value === "string"))
    return wrong("has a member that is not text");
  const { check, path, subject, reason, owner, until } = row as Record<string, string | undefined>;
  if (reason === undefined || reason.trim() === "") return wrong("gives no reason");
  if (check === undefined && path === undefined && subject === undefined)
    return wrong("names no check, path or subject");
  if (check !== undefined && !known.has(check))
    return wrong(`names ${check.slice(0, 40)}, which is no check`);
  if (path !== undefined && path.length > MOST_PATTERN)
    return wrong(`has a path of more than ${MOST_PATTERN} characters`);
  if (until !== undefined && !/^\d{4}-\d\d-\d\d$/.test(until))
    return wrong("has an until that is not a day (2027-01-31)");
  return {
    number,
    check,
    path: path === undefined ? undefined : pathMatcher(path),
    subject,
    reason: `${reason.trim().slice(0, 200)}${owner === undefined ? "" : ` (${owner.slice(0, 100)})`}`,
    until,
  };
}
