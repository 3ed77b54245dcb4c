/** Allow lists: why a finding is no finding for whoever wrote the list. */

export interface Candidate {
  /** Relative to the scanned root, with `/`. */
  readonly path: string;
  /** The whole line (or lines) of the finding. */
  readonly line: string;
  /** The value; it is compared and never kept. */
  readonly value: string;
  /** All that the rule's expression matched; the value when left out. */
  readonly match?: string;
  /** Rule id. */
  readonly rule: string;
  /** Full id of the commit, for findings in a history. */
  readonly commit?: string;
}

export interface AllowList {
  /** Why it is allowed, in a few words; null for a finding that stands. */
  allows(candidate: Candidate): string | null;
}

export const allowNothing: AllowList = { allows: () => null };

export const firstOf = (lists: readonly AllowList[]): AllowList => ({
  allows(candidate) {
    for (const list of lists) {
      const reason = list.allows(candidate);
      if (reason !== null) return reason;
    }
    return null;
  },
});

interface Test {
  test(text: string): boolean;
}

export interface AllowRow {
  readonly description: string;
  /** Every given kind of check must agree, where otherwise one is enough. */
  readonly all: boolean;
  readonly commits: readonly string[];
  readonly paths: readonly Test[];
  readonly regexes: readonly Test[];
  readonly target: "secret" | "match" | "line";
  readonly stopwords: readonly string[];
  /** Rule ids; null for every rule. */
  readonly rules: ReadonlySet<string> | null;
}

/** One list in gitleaks' meaning. */
export function allowRow(row: AllowRow): AllowList {
  const commits = new Set(row.commits.map((id) => id.trim().toLowerCase()));
  const words = row.stopwords.map((word) => word.toLowerCase());
  const reason = `allowed by a list${row.description === "" ? "" : `: ${row.description}`}`;
  const checks: ((candidate: Candidate) => boolean)[] = [];
  if (commits.size > 0)
    checks.push(({ commit }) => commit !== undefined && commits.has(commit.toLowerCase()));
  if (row.paths.length > 0) checks.push(({ path }) => row.paths.some((one) => one.test(path)));
  if (row.regexes.length > 0)
    checks.push(({ value, match, line }) => {
      const text = { secret: value, match: match ?? value, line }[row.target];
      return row.regexes.some((one) => one.test(text));
    });
  if (words.length > 0)
    checks.push(({ value }) => {
      const low = value.toLowerCase();
      return words.some((word) => low.includes(word));
    });
  return {
    allows(candidate) {
      if (checks.length === 0 || (row.rules !== null && !row.rules.has(candidate.rule))) return null;
      const agrees = row.all ? checks.every((one) => one(candidate)) : checks.some((one) => one(candidate));
      return agrees ? reason : null;
    },
  };
}

/** The comment that excuses its line. */
export const allowComment: AllowList = {
  allows: ({ line }) => (line.includes("gitleaks:allow") ? "excused by a comment" : null),
};
