/**
 * Which commits brought a blob to which paths, and in which it stood last: one walk over the changes of all commits, for all blobs
 * with findings. A merge counts only for what none of its parents has.
 */
import { gitOutput, records } from "./git-lines.ts";
import { readCommits, type Commit } from "./commits.ts";

/** A blob at a path. Orders count commits from the newest (0); the commits are hex ids. */
export interface Standing {
  readonly blob: string;
  /** Latin-1 of the path's bytes. */
  readonly path: string;
  first: { readonly commit: string; readonly order: number };
  /** The commit that took it away, and from which of its parents. */
  removed?: { readonly commit: string; readonly parent: number; readonly order: number };
  /** The newest tip that has it. */
  tip?: string;
}

export interface Attribution {
  readonly standings: readonly Standing[];
  readonly commits: ReadonlyMap<string, Commit>;
  readonly complete: boolean;
}

export async function attribute(
  root: string,
  blobs: ReadonlySet<string>,
  /** Commits that no ref reaches, besides. */
  others: readonly string[] = [],
): Promise<Attribution> {
  if (blobs.size === 0) return { standings: [], commits: new Map(), complete: true };
  const walk = gitOutput(
    root,
    ["rev-list", "--topo-order", "--all", ...(others.length === 0 ? [] : ["--ignore-missing", "--stdin"])],
    others.map((id) => `${id}\n`),
  );
  const order: string[] = [];
  for await (const lines of records(walk.chunks, 0x0a))
    for (const line of lines) if (line !== "") order.push(line);
  const walked = await walk.succeeded;
  const changes = gitOutput(
    root,
    ["diff-tree", "--stdin", "--root", "-r", "-c", "--raw", "--no-abbrev", "--no-renames", "-z"],
    order.map((id) => `${id}\n`),
  );
  const standings = await readChanges(changes.chunks, blobs);
  const complete = walked && (await changes.succeeded);
  await findTips(root, standings);
  const wanted = standings.flatMap(({ first, removed, tip }) =>
    [first.commit, removed?.commit ?? [], tip ?? []].flat(),
  );
  const commits = await readCommits(root, wanted);
  const parents = standings.flatMap(({ removed }) => lastBefore(removed, commits) ?? []);
  for (const [id, commit] of await readCommits(root, parents)) commits.set(id, commit);
  return { standings, commits, complete };
}

/** The parent in which a removed blob stood. */
export function lastBefore(
  removed: Standing["removed"],
  commits: ReadonlyMap<string, Commit>,
): string | undefined {
  return removed === undefined ? undefined : commits.get(removed.commit)?.parents[removed.parent];
}

async function readChanges(chunks: AsyncIterable<Buffer>, blobs: ReadonlySet<string>): Promise<Standing[]> {
  const standings = new Map<string, Standing>();
  const waiting = new Map<string, NonNullable<Standing["removed"]>>();
  let commit = "";
  let order = -1;
  let change: string | null = null;
  for await (const fields of records(chunks, 0))
    for (const field of fields) {
      if (change !== null) {
        note(change, field);
        change = null;
      } else if (field.startsWith(":")) change = field;
      else if (field !== "") {
        commit = field;
        order++;
      }
    }
  return [...standings.values()];

  /** `:` for each parent, modes of the parents and of the result, their ids, a letter. */
  function note(raw: string, path: string): void {
    const words = raw.split(" ");
    const parents = raw.startsWith("::") ? (/^:+/.exec(raw)?.[0].length ?? 1) : 1;
    const ids = words.slice(parents + 1, 2 * parents + 2);
    const now = ids[parents] as string;
    for (let parent = 0; parent < parents; parent++) {
      const before = ids[parent] as string;
      // The walk goes back in time: a removal is seen before what it removes.
      if (blobs.has(before) && before !== now) {
        const key = `${before}\0${path}`;
        if (!waiting.has(key)) waiting.set(key, { commit, parent, order });
      }
    }
    if (!blobs.has(now) || ids.slice(0, parents).includes(now)) return;
    const key = `${now}\0${path}`;
    const known = standings.get(key);
    const first = { commit, order };
    if (known !== undefined) known.first = first;
    else {
      const removed = waiting.get(key);
      standings.set(key, { blob: now, path, first, ...(removed && { removed }) });
    }
  }
}

/** Asks the tips of all refs, newest first, for what stands there now. */
async function findTips(root: string, standings: readonly Standing[]): Promise<void> {
  let open = standings.filter(({ path }) => !path.includes("\n"));
  const listed = gitOutput(root, ["rev-list", "--no-walk", "--all"]);
  const tips: string[] = [];
  for await (const lines of records(listed.chunks, 0x0a))
    for (const line of lines) if (line !== "") tips.push(line);
  for (const group of [tips.slice(0, 1), tips.slice(1)]) {
    const questions = group.flatMap((tip) => open.map((standing) => ({ tip, standing })));
    if (questions.length === 0) continue;
    const lines = questions.map(({ tip, standing }) => `${tip}:${standing.path}\n`);
    const answers = gitOutput(root, ["cat-file", "--batch-check", "--buffer"], lines);
    let i = 0;
    for await (const lines of records(answers.chunks, 0x0a))
      for (const line of lines) {
        const question = questions[i++];
        if (question !== undefined && line.startsWith(question.standing.blob))
          question.standing.tip ??= question.tip;
      }
    open = open.filter(({ tip }) => tip === undefined);
  }
}
