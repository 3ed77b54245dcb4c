/**
 * Applies fixes in rounds: those that do not overlap, then the model is read anew and asked again, until nothing is left to mend. A round after
 * which a file can no longer be read as before is a fault of ours, and nothing of it is kept.
 */
import { BulkheadError } from "../../core/errors.ts";
import { audit } from "../audit.ts";
import type { Check, CiFinding, Fix, TextEdit } from "../checks/types.ts";
import { type LoadOptions, loadRepository } from "../index.ts";
import type { DiagnosticId, Repository } from "../model.ts";
import { fixesOf } from "./index.ts";

export interface FixOptions extends LoadOptions {
  /** Fixes that somebody must look at, too. */
  readonly review?: boolean;
  readonly pedantic?: boolean;
  readonly checks?: readonly Check[];
}

export interface Applied {
  readonly check: string;
  readonly path: string;
  /** Of the finding, in the text as it was in its round. */
  readonly line: number;
  readonly title: string;
  readonly safety: Fix["safety"];
  readonly note: string | null;
}

export interface FixResult {
  /** By path: what stood there and what stands there now, changed files only. */
  readonly files: ReadonlyMap<string, { readonly before: string; readonly after: string }>;
  readonly applied: readonly Applied[];
  /** Findings with a fix that was not asked for. */
  readonly waiting: number;
}

const MOST_ROUNDS = 60;
const BREAKS = new Set<DiagnosticId>([
  "syntax",
  "duplicate-key",
  "wrong-type",
  "missing-key",
  "unknown-key",
  "unknown-anchor",
  "too-large",
]);

export function fixRepository(root: string, options: FixOptions = {}): FixResult {
  const { review = false, pedantic = false, checks, ...load } = options;
  const texts = new Map(load.texts ?? []);
  const before = new Map<string, string>();
  const applied: Applied[] = [];
  const read = (): Repository => loadRepository(root, { ...load, texts });
  const findings = (repository: Repository): readonly CiFinding[] =>
    audit(repository, { pedantic, ...(checks !== undefined && { checks }) }).filter(
      ({ allowed }) => allowed === undefined,
    );
  let repository = read();
  for (let round = 0; ; round++) {
    const chosen = choose(findings(repository), repository, review);
    if (chosen.length === 0) break;
    const faults = faultsOf(repository);
    for (const [path, edits] of byFile(chosen)) {
      const text = repository.files.find((file) => file.path === path)?.text ?? "";
      if (!before.has(path)) before.set(path, text);
      texts.set(path, edited(text, edits));
    }
    for (const { finding, fix } of chosen)
      applied.push({
        check: finding.check.id,
        path: finding.span.file.path,
        line: finding.span.file.position(finding.span.start).line,
        title: fix.title,
        safety: fix.safety,
        note: fix.note ?? null,
      });
    repository = read();
    const worse = faultsOf(repository).size > faults.size || round >= MOST_ROUNDS;
    if (worse)
      throw new BulkheadError("ci.fix-broken", { fixes: [...new Set(chosen.map(({ fix }) => fix.title))] });
  }
  const files = new Map(
    [...before].flatMap(([path, old]) => {
      const after = texts.get(path) ?? old;
      return after === old ? [] : [[path, { before: old, after }] as const];
    }),
  );
  const waiting = findings(repository).filter((finding) => fixesOf(finding).length > 0).length;
  return { files, applied, waiting };
}

interface Chosen {
  readonly finding: CiFinding;
  readonly fix: Fix;
}

/** No two of them touch the same place. */
function choose(findings: readonly CiFinding[], { files }: Repository, review: boolean): Chosen[] {
  const own = new Set(files);
  const taken: TextEdit[] = [];
  return findings.flatMap((finding) => {
    const fix = fixesOf(finding).find(
      ({ safety, edits }) => (review || safety === "safe") && edits.every(({ span }) => own.has(span.file)),
    );
    if (
      fix === undefined ||
      fix.edits.length === 0 ||
      fix.edits.some((edit) => taken.some((one) => touch(one, edit)))
    )
      return [];
    taken.push(...fix.edits);
    return [{ finding, fix }];
  });
}

const touch = (a: TextEdit, b: TextEdit): boolean =>
  a.span.file === b.span.file && a.span.start <= b.span.end && b.span.start <= a.span.end;

function byFile(chosen: readonly Chosen[]): Map<string, TextEdit[]> {
  const found = new Map<string, TextEdit[]>();
  for (const edit of chosen.flatMap(({ fix }) => fix.edits)) {
    const { path } = edit.span.file;
    found.set(path, [...(found.get(path) ?? []), edit]);
  }
  return found;
}

/** Spans must not overlap. */
export function edited(text: string, edits: readonly TextEdit[]): string {
  let made = text;
  for (const { span, text: put } of [...edits].sort(
    (a, b) => b.span.start - a.span.start || b.span.end - a.span.end,
  ))
    made = made.slice(0, span.start) + put + made.slice(span.end);
  return made;
}

const faultsOf = ({ diagnostics }: Repository): ReadonlySet<string> =>
  new Set(
    diagnostics
      .filter(({ id }) => BREAKS.has(id))
      .map(({ id, message, span }) => `${span.file.path} ${id} ${message}`),
  );
