/** How a host's API is asked: JSON in pages, where half a list counts as none. */
import type { Json } from "../../core/json-bytes.ts";
import type { HostFacts } from "../model.ts";

/** Asks for `path` below the API's address, or sends `body` there; handed in by whoever may speak to the network. Throws where there is no answer. */
export type HostApi = (
  path: string,
  body?: Json,
) => Promise<{ readonly status: number; readonly body: Json }>;

const MOST_PAGES = 50;
const PAGE = 100;

/** Nothing is known. */
export const UNKNOWN_FACTS: HostFacts = {
  defaultBranch: null,
  defaultPermissions: null,
  numbers: null,
  secrets: null,
  environments: null,
  subjectClaims: null,
  immutableSubject: null,
  protectedBranches: null,
  protectedTags: null,
  jobToken: null,
};

/** Null when any page is refused: half a list would look like a whole one. `key`: the member with the list; empty: the list itself. */
export async function pages(api: HostApi, path: string, key = ""): Promise<readonly Json[] | null> {
  const found: Json[] = [];
  for (let page = 1; page <= MOST_PAGES; page++) {
    const { status, body } = await api(`${path}?per_page=${PAGE}&page=${page}`);
    const list = key === "" ? body : field(body, key);
    if (status !== 200 || !Array.isArray(list)) return null;
    found.push(...(list as readonly Json[]));
    if (list.length < PAGE) return found;
  }
  return null;
}

export const field = (value: Json | undefined, name: string): Json | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, Json>>)[name]
    : undefined;

export const text = (value: Json | undefined): string | null => (typeof value === "string" ? value : null);

export const flag = (value: Json | undefined): boolean | null => (typeof value === "boolean" ? value : null);

/** Numbers of things, as tokens carry them. */
export const number = (value: Json | undefined): string | null =>
  typeof value === "number" && Number.isSafeInteger(value) ? String(value) : null;

/** A member's text of every entry that has one. */
export const texts = (list: readonly Json[] | null, name: string): readonly string[] | null =>
  list?.flatMap((one) => text(field(one, name)) ?? []) ?? null;
