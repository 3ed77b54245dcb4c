/** Makes `.bulkhead/ci-lock.yaml`: what each reference of the workflows is, by commit, with what the model needs of it. */
import { stringify } from "yaml";
import { BulkheadError } from "../core/errors.ts";
import { references } from "./checks/common/references.ts";
import { type LoadOptions, loadRepository } from "./index.ts";
import { LOCK_PATH } from "./lock.ts";
import type { ActionRef, LockEntry } from "./model.ts";
import { Remote, type RemoteOptions } from "./remote.ts";

export interface LockOptions extends RemoteOptions, Pick<LoadOptions, "texts"> {
  /** Asks again for what the lock knows: tags and branches move. */
  readonly update?: boolean;
}

export interface LockResult {
  readonly text: string;
  readonly entries: readonly LockEntry[];
  /** References that name nothing: `owner/repo@ref`. */
  readonly missing: readonly string[];
}

/** Actions that use actions are followed this deep. */
const DEEPEST = 10;
const NAME = /^[\w.-]+\/[\w.-]+$/;

/** The repositories asked stay open until `close`. */
export class Remotes {
  readonly #open = new Map<string, Remote>();
  readonly #options: RemoteOptions;

  constructor(options: RemoteOptions) {
    this.#options = options;
  }

  of({ owner, repo, text }: ActionRef): Remote {
    // As written: servers other than GitHub may tell cases apart.
    const name = text.value.trim().split("@", 1)[0]?.split("/").slice(0, 2).join("/") ?? "";
    if (!NAME.test(name))
      throw new BulkheadError("ci.ref-unknown", {
        uses: text.value,
        repository: `${owner ?? ""}/${repo ?? ""}`,
      });
    let remote = this.#open.get(name);
    if (remote === undefined) this.#open.set(name, (remote = new Remote(name, this.#options)));
    return remote;
  }

  close(): void {
    for (const remote of this.#open.values()) remote.close();
  }
}

export async function makeLock(
  root: string,
  remotes: Remotes,
  options: Pick<LockOptions, "texts" | "update"> = {},
): Promise<LockResult> {
  const texts = new Map(options.texts ?? []);
  const known = new Map<string, LockEntry>();
  if (options.update !== true)
    for (const entry of loadRepository(root, { texts }).lock.entries) known.set(entry.uses, entry);
  const entries = new Map<string, LockEntry>();
  const missing = new Set<string>();
  for (let round = 0; round < DEEPEST; round++) {
    texts.set(LOCK_PATH, lockText([...entries.values()]));
    const open = wanted(root, texts).filter(({ key }) => !entries.has(key) && !missing.has(key));
    if (open.length === 0) break;
    for (const { key, ref, kind } of open) {
      if (entries.has(key) || missing.has(key)) continue;
      const entry = known.get(key) ?? (await resolve(remotes.of(ref), ref, kind));
      if (entry === null) missing.add(key);
      else entries.set(key, { ...entry, uses: key });
    }
  }
  const sorted = [...entries.values()].sort((a, b) => (a.uses < b.uses ? -1 : 1));
  return { text: lockText(sorted), entries: sorted, missing: [...missing].sort() };
}

interface Wanted {
  readonly key: string;
  readonly ref: ActionRef;
  readonly kind: LockEntry["kind"];
}

/** Of the files here, and of what the lock brought in. */
function wanted(root: string, texts: ReadonlyMap<string, string>): Wanted[] {
  const repository = loadRepository(root, { texts });
  const here = references(repository);
  const steps = [
    ...repository.workflows
      .filter(({ remote }) => remote)
      .flatMap(({ jobs }) => jobs.flatMap((job) => job.steps)),
    ...repository.actions.filter(({ remote }) => remote).flatMap((action) => action.steps),
  ];
  const calls = repository.workflows.flatMap(({ jobs }) =>
    jobs.flatMap(({ call }) => (call === null ? [] : [call.ref])),
  );
  const all = [...here, ...steps.flatMap(({ uses }) => (uses === null ? [] : [uses])), ...calls];
  const found = new Map<string, Wanted>();
  for (const ref of all)
    if (ref.kind === "repository" && ref.ref !== null) {
      const key = ref.text.value.trim();
      if (!found.has(key)) found.set(key, { key, ref, kind: calls.includes(ref) ? "workflow" : "action" });
    }
  return [...found.values()];
}

async function resolve(remote: Remote, ref: ActionRef, kind: LockEntry["kind"]): Promise<LockEntry | null> {
  const found = await remote.resolve(ref.ref ?? "");
  if (found === null) return null;
  const below = ref.path === "" ? "" : `${ref.path}/`;
  const paths = kind === "workflow" ? [ref.path] : [`${below}action.yml`, `${below}action.yaml`];
  // What a fork put there is not ours to keep.
  const content = found.reachable ? await remote.content(found.sha, paths) : null;
  return { uses: ref.text.value.trim(), ...found, content, kind };
}

const HEAD = "# Made by `bulkhead ci lock`: remote actions and reusable workflows by commit. Commit it.\n";

export function lockText(entries: readonly LockEntry[]): string {
  const list = entries.map(({ uses, sha, version, kind, reachable, content }) => ({
    uses,
    sha,
    kind,
    ...(version !== null && { version }),
    ...(reachable !== null && { reachable }),
    ...(content !== null && { content }),
  }));
  return HEAD + stringify({ entries: list }, { lineWidth: 0, blockQuote: "literal" });
}
