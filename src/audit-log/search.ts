/**
 * Finding entries: what a search asks for as one predicate over records. It knows the chained log's own entries; the rest of the
 * work (time, segments, compression) is the reader's.
 */
import type { AuditRecord } from "./types.ts";

export interface AuditQuery {
  /** `*` stands for any text, `+` for one segment; without either the path itself and what lies below it. */
  readonly path?: string | undefined;
  readonly operation?: string | undefined;
  /** `hmac-sha256:…` of the accessor. */
  readonly accessor?: string | undefined;
  readonly caller?: string | undefined;
  readonly policy?: string | undefined;
  /** Pairs of the token's metadata (run, job, commit, ref, actor, workflow, project, stage, environment), all of them. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly request?: string | undefined;
  readonly remote?: string | undefined;
  /** Answers that were refused for want of permission. */
  readonly denied?: boolean;
  /** Refusals and failures of any kind. */
  readonly errors?: boolean;
  /** `hmac-sha256:…` of a value, wherever in the entry it stands. */
  readonly value?: string | undefined;
}

interface Entry {
  readonly id?: unknown;
  readonly operation?: unknown;
  readonly path?: unknown;
  readonly remote?: unknown;
  readonly status?: unknown;
  readonly error?: unknown;
  readonly auth?: {
    readonly accessor?: unknown;
    readonly display_name?: unknown;
    readonly policies?: readonly unknown[];
    readonly metadata?: Readonly<Record<string, unknown>>;
  } | null;
}

type Test = (entry: Entry, wanted: never) => boolean;

const TESTS: Readonly<Record<keyof AuditQuery, Test>> = {
  path: ({ path }, wanted: string) => typeof path === "string" && pathMatcher(wanted)(path),
  operation: ({ operation }, wanted: string) => operation === wanted,
  accessor: ({ auth }, wanted: string) => auth?.accessor === wanted,
  caller: ({ auth }, wanted: string) => auth?.display_name === wanted,
  policy: ({ auth }, wanted: string) => auth?.policies?.includes(wanted) === true,
  metadata: ({ auth }, wanted: Readonly<Record<string, string>>) =>
    Object.entries(wanted).every(([name, value]) => {
      const { metadata = {} } = auth ?? {};
      return Object.hasOwn(metadata, name) && metadata[name] === value;
    }),
  request: ({ id }, wanted: string) => id === wanted,
  remote: ({ remote }, wanted: string) => remote === wanted,
  denied: ({ status }, wanted: boolean) => !wanted || status === 403,
  errors: ({ error, status }, wanted: boolean) =>
    !wanted || error !== undefined || (typeof status === "number" && status >= 400),
  value: (entry, wanted: string) => JSON.stringify(entry).includes(`"${wanted}"`),
};

const matchers = new Map<string, (path: string) => boolean>();

function pathMatcher(wanted: string): (path: string) => boolean {
  const known = matchers.get(wanted);
  if (known !== undefined) return known;
  const matcher = makeMatcher(wanted);
  matchers.set(wanted, matcher);
  return matcher;
}

function makeMatcher(wanted: string): (path: string) => boolean {
  const plain = wanted.replace(/^\/+|\/+$/g, "");
  if (!/[*+]/.test(plain)) return (path) => path === plain || path.startsWith(`${plain}/`);
  const source = escaped(plain)
    .replace(/(?:\\\*)+/g, ".*")
    .replace(/\\\+/g, "[^/]+");
  const expression = new RegExp(`^${source}/?$`);
  return (path) => expression.test(path);
}

const escaped = (text: string): string => text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");

export function matches(query: AuditQuery): (record: AuditRecord) => boolean {
  const asked = Object.entries(query).filter(([, wanted]) => wanted !== undefined);
  return ({ entry }) =>
    asked.every(([name, wanted]) => TESTS[name as keyof AuditQuery](entry as Entry, wanted as never));
}
