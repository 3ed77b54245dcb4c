/** The model as plain data for people and tools to look at: places as `path:line:column`, links to parents and neighbours as names. */
import type { ActionFile, Job, Repository, Span, Step, Workflow } from "./model.ts";
import { shown } from "./spans.ts";

type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/** What stands elsewhere in the tree, by the name of the field that points at it. */
const place = (value: unknown): Plain => (value === null ? null : shown(value as Span));
const LINKS: Readonly<Record<string, (value: unknown) => Plain | undefined>> = {
  span: place,
  idSpan: place,
  nameSpan: place,
  keySpan: place,
  refSpan: place,
  repository: (value) => (isNode(value) ? undefined : plain(value)),
  file: (value) => (value as { readonly path: string }).path,
  workflow: (value) => (value === null ? null : (value as Workflow).file.path),
  action: (value) => (value === null ? null : (value as ActionFile).id),
  owner: (value) => (isNode(value) ? undefined : plain(value)),
  job: () => undefined,
  step: (value) => (value === null ? null : (value as Step).index),
  after: (value) => (value as readonly Job[]).map(({ id }) => id),
  calledBy: (value) => (value as readonly Job[]).map(({ id, workflow }) => `${workflow.file.path}:${id}`),
  lock: () => undefined,
  files: (value) => (value as Repository["files"]).map(({ path }) => path),
  usedBy: (value) => (value as readonly { readonly by: string }[]).map(({ by }) => by),
};

const isNode = (value: unknown): boolean => typeof value === "object" && value !== null;

/** Of a repository or any node of it. */
export function plain(value: unknown): Plain {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return plain(Object.fromEntries(value));
  if (typeof value !== "object") return null;
  const record = value as Readonly<Record<string, unknown>>;
  if (typeof record.value === "string" && "expressions" in record) return text(record);
  if (isFile(record.file) && "nameSpan" in record)
    return { name: plain(record.name), at: place(record.nameSpan), value: plain(record.value) };
  const made: Record<string, Plain> = {};
  for (const [key, one] of Object.entries(record)) {
    const link = Object.hasOwn(LINKS, key) ? LINKS[key] : undefined;
    const shownAs = link === undefined ? plain(one) : link(one);
    if (shownAs !== undefined) made[key] = shownAs;
  }
  return made;
}

const isFile = (value: unknown): boolean =>
  isNode(value) && "path" in (value as object) && "position" in (value as object);

function text({ value, span }: Readonly<Record<string, unknown>>): Plain {
  return { value: value as string, at: shown(span as Span) };
}
