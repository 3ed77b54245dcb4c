/**
 * A bind mount hides one file. When another is renamed over it outside (`npm login`, `vault login`), or one appears where none was, the
 * job would see it: the folders around the hidden places are watched, and what comes is hidden within milliseconds. A job that looks at
 * just that moment sees it; hidden folders have no such moment.
 */
import { type FSWatcher, existsSync, watch } from "node:fs";
import { basename, dirname } from "node:path";
import type { Candidate } from "./candidates.ts";
import { type HiddenPlace, isReachable, place, reaches } from "./hidden.ts";

export interface RecoverOptions {
  readonly watched: readonly Candidate[];
  readonly hidden: readonly HiddenPlace[];
  /** Hides what is there now. */
  readonly cover: (found: HiddenPlace) => void;
}

export class Recovery {
  readonly #watchers: FSWatcher[] = [];
  readonly #known = new Map<string, string>();
  readonly #options: RecoverOptions;

  constructor(options: RecoverOptions) {
    this.#options = options;
    for (const { path, identity } of options.hidden) this.#known.set(path, identity);
    for (const [folder, candidates] of Map.groupBy(options.watched, ({ path }) => dirname(path)))
      this.#watch(folder, candidates);
  }

  #watch(folder: string, candidates: readonly Candidate[]): void {
    if (!existsSync(folder) || this.#isHidden(folder)) return;
    try {
      const names = new Map(candidates.map((one) => [basename(one.path), one]));
      const watcher = watch(folder, { persistent: false }, (_, name) => {
        const candidate = names.get(name ?? "");
        if (candidate !== undefined) this.#look(candidate);
      });
      watcher.on("error", () => watcher.close());
      this.#watchers.push(watcher);
    } catch {
      // no more watches on this machine: what stands hidden stays so, what is replaced does not
    }
  }

  #isHidden(folder: string): boolean {
    return this.#options.hidden.some(({ path }) => reaches(path, folder));
  }

  #look(candidate: Candidate): void {
    const found = isReachable(candidate.path) ? place(candidate) : null;
    if (found === null || this.#known.get(found.path) === found.identity) return;
    if (this.#isHidden(dirname(found.path))) return;
    this.#known.set(found.path, found.identity);
    this.#options.cover(found);
  }

  /** Looks once at everything: what came before the watches did. */
  lookAll(): void {
    for (const candidate of this.#options.watched) this.#look(candidate);
  }

  close(): void {
    for (const watcher of this.#watchers) watcher.close();
  }
}
