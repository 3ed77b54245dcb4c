/**
 * What every oracle test shares: one list of requests goes to OpenBao and to Bulkhead, the answers agree or the request says why not,
 * and what was asked is kept in `test/compat/asked/PART.json` (routes with how often they were answered well and refused, and every
 * difference with its reason). `docs/compatibility.md` and oracle-coverage.test.ts are made from those files. A run that finds another
 * content fails; with BULKHEAD_UPDATE=1 it writes it.
 */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Route, routeFinder } from "../../tools/api-facts.ts";

export interface Asked {
  readonly method: string;
  /** Below `/v1/`; may carry a query. */
  readonly path: string;
  readonly body?: unknown;
  /** Why Bulkhead's status, shape or text is another one. */
  readonly differs?: string;
}

export interface Seen {
  readonly status: number;
  readonly body: unknown;
}

export interface AskedPart {
  readonly requests: number;
  /** Request → reason. */
  readonly differences: readonly (readonly [string, string])[];
  /** `operation mount path` → how often it was answered (below 400) and refused. */
  readonly routes: Readonly<Record<string, readonly [right: number, wrong: number]>>;
}

export const ASKED = join(import.meta.dirname, "..", "compat", "asked");

/** What an oracle asked, kept beside it. `mounts`: where which type is mounted there (`{ "k1/": "kv-v1" }`), beside the built-in ones. */
export class Tally {
  readonly #part: string;
  readonly #find: (method: string, path: string) => Route | null;
  readonly #routes = new Map<string, [number, number]>();
  readonly #differences: [string, string][] = [];
  #requests = 0;

  private constructor(part: string, find: (method: string, path: string) => Route | null) {
    this.#part = part;
    this.#find = find;
  }

  static async of(part: string, mounts: Readonly<Record<string, string>>): Promise<Tally> {
    return new Tally(part, await routeFinder(mounts));
  }

  get requests(): number {
    return this.#requests;
  }
  get differences(): number {
    return this.#differences.length;
  }

  /** One request with the status that both gave, or Bulkhead's where they differ. */
  count({ method, path, body, differs }: Asked, status: number): void {
    this.#requests++;
    const found = this.#find(method, path);
    if (found !== null) {
      const counts = this.#routes.get(found) ?? [0, 0];
      counts[status < 400 ? 0 : 1]++;
      this.#routes.set(found, counts);
    }
    if (differs === undefined) return;
    const shown = body === undefined ? "" : ` ${typeof body === "string" ? body : JSON.stringify(body)}`;
    this.#differences.push([steady(`${method} ${path}${shown}`).slice(0, 120), differs]);
  }

  /** Asserts that the file says the same. */
  finish(): void {
    const file = join(ASKED, `${this.#part}.json`);
    const asked: AskedPart = {
      requests: this.#requests,
      differences: this.#differences,
      routes: Object.fromEntries([...this.#routes].sort(([a], [b]) => (a < b ? -1 : 1))),
    };
    const text = `${JSON.stringify(asked, null, 1)}\n`;
    if (process.env.BULKHEAD_UPDATE === "1") {
      mkdirSync(ASKED, { recursive: true });
      writeFileSync(file, text);
      return;
    }
    assert.equal(readOr(file, ""), text, `${file} has drifted: run the oracle with BULKHEAD_UPDATE=1`);
  }
}

/** Without what every run has anew: ports, tokens, keys. */
const steady = (text: string): string =>
  text
    .replace(/127\.0\.0\.1:\d{4,5}/g, "127.0.0.1:PORT")
    .replace(/-----BEGIN[^-]+-----[^"]*/g, "PEM")
    .replace(/\beyJ[\w.-]+/g, "JWT")
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "UUID");

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return otherwise;
  }
}

export interface Oracle<R extends Asked> {
  readonly theirs: (request: R) => Promise<Seen>;
  readonly ours: (request: R) => Promise<Seen>;
  readonly tally: Tally;
  /** Another judgement than equality: null is fine, a text is what is wrong, undefined leaves it to equality. */
  readonly judge?: (request: R, ours: Seen, theirs: Seen) => string | null | undefined;
}

/** Asks both everything, in order, and asserts that nothing differs without a reason and no reason is left without a difference. */
export async function compareAll<R extends Asked>(oracle: Oracle<R>, requests: readonly R[]): Promise<void> {
  const problems: string[] = [];
  for (const request of requests) {
    const theirs = await oracle.theirs(request);
    const ours = await oracle.ours(request);
    oracle.tally.count(request, ours.status);
    const line = `${request.method} ${request.path} ${JSON.stringify(request.body ?? null).slice(0, 200)}`;
    if (ours.status === 500) problems.push(`${line}: answered with 500`);
    const judged = oracle.judge?.(request, ours, theirs);
    const wrong = judged === undefined ? differenceOf(request, ours, theirs) : judged;
    if (wrong !== null) problems.push(`${line}: ${wrong}${unlike(theirs, ours).slice(0, 20).join("")}`);
  }
  assert.deepEqual(problems, [], problems.join("\n"));
}

function differenceOf({ differs }: Asked, ours: Seen, theirs: Seen): string | null {
  let same = true;
  try {
    assert.deepEqual(ours, theirs);
  } catch {
    same = false;
  }
  if (same) return differs === undefined ? null : `no difference any more (${differs})`;
  return differs === undefined ? "a difference without a reason" : null;
}

/** Where the two sides part, by path. */
function unlike(theirs: unknown, ours: unknown, path = ""): string[] {
  if ([theirs, ours].every((one) => typeof one === "object" && one !== null)) {
    const [a, b] = [theirs, ours] as [Record<string, unknown>, Record<string, unknown>];
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) =>
      unlike(a[key], b[key], `${path}.${key}`),
    );
  }
  const [a, b] = [JSON.stringify(theirs) ?? "absent", JSON.stringify(ours) ?? "absent"];
  return a === b ? [] : [`\n  ${path}: theirs ${a.slice(0, 600)} ours ${b.slice(0, 600)}`];
}

export const parse = (text: string): unknown => (text === "" ? null : JSON.parse(text));

/** The member at a dotted path; undefined when there is none. */
export const memberAt = (body: unknown, path: string): unknown =>
  path
    .split(".")
    .reduce<unknown>(
      (node, key) =>
        typeof node === "object" && node !== null ? (node as Record<string, unknown>)[key] : undefined,
      body,
    );

interface Sent extends Asked {
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks a server over HTTP; a LIST goes as `GET ?list=true`, a SCAN likewise. `token` null: none. */
export function askOver(address: string, root: string, read: (text: string) => unknown = parse) {
  return async ({ method, path, body, headers }: Sent, token: string | null = root): Promise<Seen> => {
    const listing = method === "LIST" || method === "SCAN";
    const target = path.replace(/[^?&=/.%*\w-]/g, encodeURIComponent);
    const response = await fetch(`${address}/v1/${target}${listing ? `?${method.toLowerCase()}=true` : ""}`, {
      method: listing ? "GET" : method,
      headers: {
        ...(token === null ? {} : { "x-vault-token": token }),
        "content-type": method === "PATCH" ? "application/merge-patch+json" : "application/json",
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    return { status: response.status, body: read(await response.text()) };
  };
}

/** Takes the values that `keep` names out of an answer. */
export function keepFrom(
  kept: Map<string, string>,
  keep: Readonly<Record<string, string>> | undefined,
  body: unknown,
): void {
  for (const [name, path] of Object.entries(keep ?? {})) {
    const found = memberAt(body, path);
    if (typeof found === "string") kept.set(name, found);
  }
}
