/** `uses:` by commit: every tag and branch becomes the commit that the lock says, with the version as a comment. */
import { references } from "./checks/common/references.ts";
import type { TextEdit } from "./checks/types.ts";
import { edited } from "./fixes/apply.ts";
import { lockEntry, pinEdits } from "./fixes/pin.ts";
import { loadRepository } from "./index.ts";
import { LOCK_PATH } from "./lock.ts";
import { type Remotes, makeLock } from "./lock-update.ts";

export interface Pinned {
  readonly path: string;
  readonly line: number;
  readonly uses: string;
  readonly sha: string;
  readonly version: string | null;
}

export interface PinResult {
  readonly files: ReadonlyMap<string, { readonly before: string; readonly after: string }>;
  readonly pinned: readonly Pinned[];
  readonly missing: readonly string[];
}

/** `update`: tags are asked again, and commits with a version move to the newest release of the same major version. */
export async function pinRepository(
  root: string,
  remotes: Remotes,
  { update = false } = {},
): Promise<PinResult> {
  const { text, missing } = await makeLock(root, remotes, { update });
  const texts = new Map([[LOCK_PATH, text]]);
  const repository = loadRepository(root, { texts });
  const edits = new Map<string, TextEdit[]>();
  const pinned: Pinned[] = [];
  for (const ref of references(repository)) {
    const entry = lockEntry(ref, repository.lock);
    if (entry === null) continue;
    let { sha, version } = entry;
    if (ref.pin === "sha") {
      const named = /^v?(\d+)/.exec(ref.comment ?? "")?.[1] ?? /^v?(\d+)/.exec(version ?? "")?.[1];
      const newest = update && named !== undefined ? await remotes.of(ref).newest(named) : null;
      if (newest === null || newest.sha === ref.ref) continue;
      ({ sha, version } = newest);
    }
    const made = pinEdits(ref, sha, version ?? ref.ref);
    if (made === null) continue;
    const { path } = ref.span.file;
    edits.set(path, [...(edits.get(path) ?? []), ...made]);
    pinned.push({
      path,
      line: ref.span.file.position(ref.span.start).line,
      uses: ref.text.value.trim(),
      sha,
      version,
    });
  }
  const files = new Map<string, { before: string; after: string }>();
  for (const [path, list] of edits) {
    const before = repository.files.find((file) => file.path === path)?.text ?? "";
    const after = edited(before, unique(list));
    files.set(path, { before, after });
    texts.set(path, after);
  }
  const before = loadRepository(root).files.find(({ path }) => path === LOCK_PATH)?.text ?? "";
  const { text: after } = await makeLock(root, remotes, { texts });
  if (after !== before) files.set(LOCK_PATH, { before, after });
  return { files, pinned, missing };
}

/** An alias' reference stands once in the file, however often it is used. */
const unique = (list: readonly TextEdit[]): TextEdit[] =>
  list.filter(
    (one, at) =>
      list.findIndex(({ span }) => span.start === one.span.start && span.end === one.span.end) === at,
  );
