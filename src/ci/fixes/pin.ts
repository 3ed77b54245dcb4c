/** `owner/repo@v4` → `owner/repo@<commit> # v4.2.1`, by what the lock says. */
import type { Fix, TextEdit } from "../checks/types.ts";
import type { ActionRef, CiLock, LockEntry } from "../model.ts";
import { span } from "../spans.ts";

/** Exact, else by the names alone: owners and repositories compare without case, refs do not. */
export function lockEntry(ref: ActionRef, { entries }: CiLock): LockEntry | null {
  const wanted = ref.text.value.trim();
  const name = ref.slug;
  return (
    entries.find(({ uses }) => {
      const at = uses.lastIndexOf("@");
      return uses === wanted || (uses.slice(0, at).toLowerCase() === name && uses.slice(at + 1) === ref.ref);
    }) ?? null
  );
}

/** Null when the lock does not know it, or it is pinned. */
export function pinFix(ref: ActionRef, lock: CiLock): Fix | null {
  if (ref.kind !== "repository" || ref.pin === "sha") return null;
  const entry = lockEntry(ref, lock);
  if (entry === null) return null;
  const edits = pinEdits(ref, entry.sha, entry.version ?? ref.ref);
  return edits === null
    ? null
    : { title: `pin ${ref.slug} to ${entry.sha.slice(0, 12)}`, safety: "safe", edits };
}

/** Null where the reference cannot be edited on its own. */
export function pinEdits(ref: ActionRef, sha: string, version: string | null): readonly TextEdit[] | null {
  const { refSpan, span: whole } = ref;
  if (refSpan === null || ref.ref === null) return null;
  const { file } = whole;
  if (file.text.slice(refSpan.start, refSpan.end) !== ref.ref) return null;
  const newline = file.text.indexOf("\n", whole.end);
  const rest = file.text.slice(whole.end, newline === -1 ? undefined : newline).replace(/\r$/, "");
  const edits: TextEdit[] = [{ span: refSpan, text: sha }];
  const comment = /^([^\S\n]*#[^\S\n]*)((?:tag=|version:?\s*)?v?\d[\w.+/-]*)(?=\s|$)/.exec(rest);
  if (version === null) return edits;
  if (comment !== null) {
    const start = whole.end + (comment[1]?.length ?? 0);
    edits.push({ span: span(file, start, start + (comment[2]?.length ?? 0)), text: version });
  } else if (/^\s*$/.test(rest))
    edits.push({ span: span(file, whole.end, whole.end), text: ` # ${version}` });
  else if (/^[^\S\n]+#/.test(rest)) {
    const start = whole.end + rest.indexOf("#") + 1;
    edits.push({ span: span(file, start, start), text: ` ${version} –` });
  }
  return edits;
}
