/**
 * Scans a repository's history: every version of every file once, as the blob that it is, straight from the packs. Commits are asked
 * only for what was found. Whatever is missing or cannot be read is named, never passed over.
 */
import { availableParallelism } from "node:os";
import { attribute } from "./attribution.ts";
import { valueKey, valuesBefore } from "./before.ts";
import { catFile } from "./cat-file.ts";
import { Collector } from "./collect.ts";
import { createExaminer, type Examined } from "./examine.ts";
import { findingsOf } from "./findings.ts";
import { gitOutput, records } from "./git-lines.ts";
import { ValueTable } from "./hits.ts";
import { openRepository, openStore, type Repository } from "./object-store.ts";
import { COMMIT } from "./pack.ts";
import { planOf, type HistoryPlan } from "./plan.ts";
import { IdSet, isRange, walkReachable, wordsOf } from "./reachable.ts";
import { inShard } from "../shard.ts";
import type { Batch } from "./share.ts";
import { type Counting, emptySummary } from "./summary.ts";
import { runShares } from "./threads.ts";
import type { HistoryFinding, HistoryScan, ScanHistoryOptions } from "./types.ts";

/** Fewer blobs than this are asked of git: to read the packs' structure would cost more. */
const FEW = 400;
/** So many blobs at least are told to `seen` at once, but for the last. */
const TOLD = 64;
/** The thread number of what git gives. */
const HERE = 0;

export function scanHistory(options: ScanHistoryOptions): HistoryScan {
  const run = new HistoryRun(options);
  return { summary: run.summary, [Symbol.asyncIterator]: () => run.findings() };
}

class HistoryRun {
  readonly #unread = new Map<string, string>();
  readonly summary: Counting;
  readonly #options: ScanHistoryOptions;
  readonly #collector = new Collector();
  /** Blobs with nothing in them, not yet told to `seen`. */
  #clean: string[] = [];
  /** Whether the name of a blob asks for another look at it; null while names are not known. */
  #looksAgain: ((id: string) => boolean) | null = null;
  #threads = 1;
  #scanner: ReturnType<ScanHistoryOptions["scanner"]> | undefined;

  constructor(options: ScanHistoryOptions) {
    this.#options = options;
    this.summary = emptySummary();
  }

  async *findings(): AsyncGenerator<HistoryFinding> {
    const { root, range } = this.#options;
    const repository = await openRepository(root);
    this.summary.shallow = repository.shallow;
    if (isRange(range)) await this.#readRange(repository);
    else await this.#readAll(repository);
    await this.#tell(1);
    const collector = this.#collector;
    const others = this.#options.unreachable === true ? await this.#storedCommits() : [];
    const attribution = await attribute(root, new Set(collector.blobs.keys()), others);
    if (!attribution.complete) this.#fail("commits", "git could not walk all of them");
    const { rules, scanner } = this.#here();
    const found = await findingsOf({ root, collector, attribution, rules, unread: this.#fail });
    const known =
      isRange(range) && found.length > 0 ? await valuesBefore({ root, range, scanner }) : new Set<string>();
    for (const one of found) {
      if (!known.has(valueKey(one.found))) yield one;
      else {
        one.found.match.value.fill(0);
        this.summary.before++;
      }
    }
  }

  #here(): ReturnType<ScanHistoryOptions["scanner"]> {
    return (this.#scanner ??= this.#options.scanner());
  }

  readonly #fail = (path: string, reason: string): void => {
    if (this.#unread.has(path)) return;
    this.#unread.set(path, reason);
    this.summary.unread.push({ path, reason });
  };

  /** The blobs that some commits brought. */
  async #readRange({ root, ...repository }: Repository): Promise<void> {
    const { range } = this.#options;
    const paths = new Map<string, string>();
    const walked = await walkReachable(root, range, (id, path) => {
      if (this.#isOurs(id)) paths.set(id, path);
    });
    this.#looksAgain = () => false;
    this.#noteWalk(walked);
    const counted = gitOutput(root, ["rev-list", "--count", ...wordsOf(range)]);
    for await (const lines of records(counted.chunks, 0x0a)) this.summary.commits += Number(lines[0] ?? 0);
    if (paths.size >= FEW) {
      const store = openStore({ root, ...repository }, this.#fail);
      const plan = this.#plan({ store, wanted: new Set(paths.keys()), paths });
      const rest = await this.#readPlan(plan);
      for (const id of paths.keys()) if (!plan.holds(id) && !this.#isSeen(id)) rest.add(id);
      await this.#readByGit(root, rest, paths);
    } else {
      const ids = [...paths.keys()].filter((id) => !this.#isSeen(id));
      this.summary.skipped += paths.size - ids.length;
      await this.#readByGit(root, new Set(ids), paths);
    }
  }

  #isOurs(id: string): boolean {
    return inShard(id, this.#options.shard);
  }

  #isSeen(id: string): boolean {
    return this.#options.seen?.has(id) === true;
  }

  /** All blobs of the store; git walks to those that refs reach meanwhile. */
  async #readAll(repository: Repository): Promise<void> {
    const { root } = repository;
    const { unreachable } = this.#options;
    const reached = new IdSet();
    const named = new Map<string, string>();
    const missed = new Set<string>();
    let look = (_id: string): void => {};
    const walk = walkReachable(root, undefined, (id, path) => {
      reached.add(id);
      if (!this.#isOurs(id) || this.#isSeen(id)) return;
      if (this.#mayNeedFormat(path)) named.set(id, path);
      look(id);
    });
    const naming = walk.then(({ complete }) => {
      if (complete) this.#looksAgain = (id) => named.has(id);
    });
    const store = openStore(repository, this.#fail);
    for (const { pack } of store.packs)
      for (const type of pack.types) if (type === COMMIT) this.summary.commits++;
    const ours = this.#options.shard && { has: (id: string) => this.#isOurs(id) };
    const plan = this.#plan({ store, ...(ours && { wanted: ours }) });
    if (!store.whole)
      look = (id) => {
        if (!plan.holds(id)) missed.add(id);
      };
    const rest = await this.#readPlan(plan);
    const walked = await walk;
    await naming;
    this.#noteWalk(walked);
    await this.#tell(1);
    const kept = (id: string): boolean => unreachable === true || !walked.complete || reached.has(id);
    for (const id of rest) if (!kept(id)) rest.delete(id);
    if (walked.complete) this.#looksAgain = () => false;
    if (named.size > 0) {
      for (const id of named.keys()) this.#collector.blobs.delete(id);
      const again = planOf({ store, mode: "blobs", wanted: new Set(named.keys()), paths: named });
      for (const id of await this.#readPlan(again, true)) rest.add(id);
    }
    for (const id of missed) rest.add(id);
    if (unreachable === true && !store.whole)
      for (const { id, type } of await listObjects(root))
        if (type === "blob" && !plan.holds(id) && this.#isOurs(id) && !this.#isSeen(id)) rest.add(id);
    await this.#readByGit(root, rest, named);
    for (const id of this.#collector.blobs.keys()) if (!kept(id)) this.#collector.blobs.delete(id);
  }

  #noteWalk({ missing, complete }: Awaited<ReturnType<typeof walkReachable>>): void {
    for (const id of missing) if (this.#isOurs(id)) this.#fail(id, "it is missing");
    if (!complete) this.#fail("history", "git could not walk all of it");
  }

  readonly #kinds = new Map<string, boolean>();

  #mayNeedFormat(path: string): boolean {
    const kind = path.slice(path.lastIndexOf("/") + 1).replace(/^[^.]+(?=\.)/, "x");
    let known = this.#kinds.get(kind);
    if (known === undefined) {
      known = this.#here().mayNeedFormat(kind);
      this.#kinds.set(kind, known);
    }
    return known;
  }

  #plan(options: Pick<Parameters<typeof planOf>[0], "store" | "wanted" | "paths">): HistoryPlan {
    const { mode = "deltas", seen } = this.#options;
    const plan = planOf({ ...options, mode, ...(seen && { seen }) });
    this.summary.skipped += plan.skipped;
    return plan;
  }

  /** Ids that have to be asked of git. `again`: blobs that were counted before. */
  async #readPlan({ plan, idOf, others }: HistoryPlan, again = false): Promise<Set<string>> {
    const rest = new Set(others);
    const { threads = availableParallelism(), worker, scanner } = this.#options;
    const shares = runShares({
      plan,
      threads,
      scanner: () => (this.#scanner ??= scanner()),
      ...(worker && { worker }),
    });
    for await (const { thread, batch } of shares) {
      const counted = again ? { ...batch, blobs: 0, bytes: 0, commits: 0 } : batch;
      this.#take(this.#threads + thread, counted, idOf, rest);
      await this.#tell(TOLD);
    }
    // The next threads count their values anew.
    this.#threads += threads;
    return rest;
  }

  #take(thread: number, batch: Batch, idOf: HistoryPlan["idOf"], rest: Set<string>): void {
    const { summary } = this;
    this.#collector.addValues(thread, batch.values);
    summary.commits += batch.commits;
    summary.blobs += batch.blobs;
    summary.bytes += batch.bytes;
    summary.bytesScanned += batch.scanned;
    for (const { pack, object, hits } of batch.hits)
      this.#collector.setHits(thread, idOf(pack, object), hits);
    if (this.#options.seen !== undefined)
      for (let at = 0; at < batch.clean.length; at += 2)
        this.#noteClean(idOf(batch.clean[at] as number, batch.clean[at + 1] as number));
    for (const { pack, object } of batch.refused) rest.add(idOf(pack, object));
    for (const { pack, object, unread } of batch.unread) this.#noteUnread(idOf(pack, object), unread);
    this.#options.onProgress?.(summary);
  }

  #noteUnread(id: string, unread: Examined["unread"]): void {
    for (const { path, reason } of unread) this.#fail(path === "" ? id : `${id}!${path}`, reason);
  }

  #noteClean(id: string): void {
    if (this.#options.seen !== undefined) this.#clean.push(id);
  }

  /** Waits for names; blobs that are looked at again are told of then. */
  async #tell(least: number): Promise<void> {
    const again = this.#looksAgain;
    if (again === null || this.#clean.length < least) return;
    const ids = this.#clean.filter((id) => !again(id));
    this.#clean = [];
    if (ids.length > 0) await this.#options.seen?.add(ids);
  }

  async #readByGit(
    root: string,
    ids: ReadonlySet<string>,
    paths: ReadonlyMap<string, string>,
  ): Promise<void> {
    if (ids.size === 0) return;
    const values = new ValueTable();
    const examiner = createExaminer(this.#here().scanner, values);
    const { summary } = this;
    let sent = 0;
    for await (const object of catFile(root, [...ids], new Set(["blob"]))) {
      if ("reason" in object) {
        this.#fail(object.id, object.reason);
        continue;
      }
      if (object.type !== "blob") continue;
      const path = paths.get(object.id) ?? "";
      try {
        const { bytes, source } = object;
        const result = await (bytes === null ? examiner.stream(path, source) : examiner.whole(bytes, path));
        summary.blobs++;
        summary.bytes += object.size;
        summary.bytesScanned += result.scanned;
        this.#collector.addValues(HERE, values.values.slice(sent));
        sent = values.values.length;
        this.#collector.setHits(HERE, object.id, result.hits);
        this.#noteUnread(object.id, result.unread);
        if (result.hits.length === 0 && result.unread.length === 0) this.#noteClean(object.id);
      } catch (error) {
        this.#fail(object.id, (error as Error).message);
      }
      await this.#tell(TOLD);
      this.#options.onProgress?.(summary);
    }
  }

  async #storedCommits(): Promise<string[]> {
    const all = await listObjects(this.#options.root);
    return all.filter(({ type }) => type === "commit").map(({ id }) => id);
  }
}

/** Every object that git knows of, reachable or not. */
async function listObjects(root: string): Promise<{ id: string; type: string }[]> {
  const { chunks } = gitOutput(root, [
    "cat-file",
    "--batch-all-objects",
    "--unordered",
    "--batch-check=%(objectname) %(objecttype)",
  ]);
  const objects: { id: string; type: string }[] = [];
  for await (const lines of records(chunks, 0x0a))
    for (const line of lines) {
      const [id = "", type = ""] = line.split(" ");
      objects.push({ id, type });
    }
  return objects;
}
