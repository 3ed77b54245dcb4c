/** A repository of given files in a folder of its own, read by the CI audit. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Job, type LoadOptions, type Repository, loadRepository } from "../../src/ci/index.ts";

export interface TestFolder {
  readonly root: string;
  write(path: string, content: string | Uint8Array): void;
  remove(): void;
}

export function testFolder(files: Readonly<Record<string, string | Uint8Array>> = {}): TestFolder {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "bulkhead-ci-")));
  const write: TestFolder["write"] = (path, content) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  for (const [path, content] of Object.entries(files)) write(path, content);
  return { root, write, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** Read at once; the folder is gone afterwards. */
export function repositoryOf(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: LoadOptions = {},
): Repository {
  const folder = testFolder(files);
  try {
    return loadRepository(folder.root, options);
  } finally {
    folder.remove();
  }
}

/** One workflow, as `.github/workflows/w.yml`. */
export const workflowOf = (text: string, options: LoadOptions = {}): Repository =>
  repositoryOf({ ".github/workflows/w.yml": text }, options);

/** By its id, in whichever workflow. Throws when there is none. */
export function jobOf({ workflows }: Repository, id: string): Job {
  for (const { jobs } of workflows) for (const job of jobs) if (job.id === id) return job;
  throw new Error(`there is no job ${id}`);
}
