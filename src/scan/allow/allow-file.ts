/**
 * `.bulkhead/allow.yaml`: what may stay, and why. An entry names a fingerprint, a rule, a path pattern, or several of them, which must all
 * hold. After its day an entry allows nothing and its findings say so.
 */
import { parseDocument } from "yaml";
import { BulkheadError } from "../../core/errors.ts";
import type { Sighting } from "../finding.ts";
import { FingerprintSet, isFingerprint, readSalt } from "../fingerprint.ts";
import { MOST_PATTERN, pathMatcher } from "../../core/path-pattern.ts";
import type { AllowList, JudgedAt, Verdict } from "./types.ts";

interface Entry {
  readonly fingerprint?: string;
  readonly rule?: string;
  readonly path?: (path: string) => boolean;
  readonly reason: string;
  readonly owner?: string;
  readonly until?: string;
}

const MEMBERS = new Set(["fingerprint", "rule", "path", "reason", "owner", "until"]);

export function readAllowFile(text: string, source: string): AllowList {
  const invalid = (problem: string): never => {
    throw new BulkheadError("allow.invalid", { path: source, problem });
  };
  const root = parseYaml(text, invalid);
  if (!isObject(root) || !Array.isArray(root.allow)) return invalid("needs a list `allow`");
  const salt = root.salt === undefined ? null : readSalt(root.salt);
  const problems: string[] = [];
  if (root.salt !== undefined && salt === null) problems.push("salt is not 64 hex digits");
  const entries = (root.allow as unknown[]).flatMap((row, index) => {
    const entry = entryOf(row, salt !== null);
    if (typeof entry === "string") problems.push(`entry ${index + 1} ${entry}`);
    return typeof entry === "string" ? [] : [entry];
  });
  const prints = new FingerprintSet<string>(
    salt === null ? [] : [salt],
    new Map(
      entries.flatMap(({ fingerprint }) =>
        fingerprint === undefined ? [] : [[fingerprint, { value: fingerprint }]],
      ),
    ),
  );
  const rest = {
    problems,
    judge: async (sighting: Sighting, at: JudgedAt): Promise<Verdict> => {
      const { rule } = sighting.finding;
      const known = new Set((await prints.find(rule, sighting.trace)).map(({ fingerprint }) => fingerprint));
      const matching = entries.filter(
        (entry) =>
          (entry.rule === undefined || entry.rule === rule) &&
          (entry.path === undefined || entry.path(at.path)) &&
          (entry.fingerprint === undefined || known.has(entry.fingerprint)),
      );
      const live = matching.find(({ until }) => until === undefined || until >= at.today);
      if (live !== undefined)
        return {
          allowed: true,
          reason: `${live.reason}${live.owner === undefined ? "" : ` (${live.owner})`}`,
          source: at.source,
        };
      const over = matching[0];
      return over === undefined
        ? null
        : { allowed: false, note: `allowed by ${at.source} until ${over.until}, which is over` };
    },
  };
  return salt === null
    ? rest
    : { ...rest, print: ({ finding, trace }: Sighting) => prints.print(finding.rule, trace) };
}

/** Plain text only: no aliases, which can stand for more than memory holds, and nothing nested without end. */
function parseYaml(text: string, invalid: (problem: string) => never): unknown {
  try {
    const document = parseDocument(text, { schema: "failsafe" });
    const [error] = document.errors;
    if (error !== undefined) return invalid(error.message.split("\n")[0] ?? "is not YAML");
    return document.toJS({ maxAliasCount: 0 }) as unknown;
  } catch (error) {
    if (error instanceof BulkheadError) throw error;
    return invalid("is not plain YAML (aliases are not taken)");
  }
}

/** What is wrong with it where it is a text. */
function entryOf(row: unknown, salted: boolean): Entry | string {
  if (!isObject(row)) return "is not a mapping";
  const unknown = Object.keys(row).find((name) => !MEMBERS.has(name));
  if (unknown !== undefined) return `has the unknown member ${unknown.slice(0, 40)}`;
  if (!Object.values(row).every((value) => typeof value === "string")) return "has a member that is not text";
  const { fingerprint, rule, path, reason, owner, until } = row as Record<string, string | undefined>;
  if (reason === undefined || reason.trim() === "") return "gives no reason";
  if (fingerprint === undefined && rule === undefined && path === undefined)
    return "names no fingerprint, rule or path";
  if (fingerprint !== undefined && !isFingerprint(fingerprint)) return "has a fingerprint of another form";
  if (fingerprint !== undefined && !salted) return "has a fingerprint, but the file has no salt";
  if (until !== undefined && !/^\d{4}-\d\d-\d\d$/.test(until))
    return "has an until that is not a day (2027-01-31)";
  if (path !== undefined && path.length > MOST_PATTERN)
    return `has a path of more than ${MOST_PATTERN} characters`;
  return {
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(rule === undefined ? {} : { rule }),
    ...(path === undefined ? {} : { path: pathMatcher(path) }),
    reason: reason.trim().slice(0, 200),
    ...(owner === undefined ? {} : { owner: owner.slice(0, 100) }),
    ...(until === undefined ? {} : { until }),
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
