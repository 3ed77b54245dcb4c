/** What a step writes to the runner's command files, and whether somebody outside chooses lines of it. */
import type { Derived, Job, Step } from "../../model.ts";
import { written } from "../../spans.ts";
import { type Taint, Taints } from "./taint.ts";

export interface Written {
  readonly derived: Derived;
  readonly taint: Taint;
  /** Whole lines are theirs: any variable can be set. */
  readonly lines: boolean;
}

/** Delimiters that nobody can guess: `BODY<<$(uuidgen)`, `BODY<<$DELIMITER`. */
const RANDOM = /<<["']?\$/;
const READS_FILE = /^\s*(?:sudo\s+)?(?:cat|jq|yq|sed|grep|egrep|cut|head|tail|awk|tr|sort)\b/;

export function writtenBy(step: Step, kind: Derived["kind"]): Written[] {
  const { run } = step;
  if (run === null) return [];
  const site = { owner: step.owner, step };
  let taints: Taints | null = null;
  return step.effects.derived.flatMap((derived) => {
    if (derived.kind !== kind) return [];
    taints ??= new Taints(step);
    // `{ …; } >> "$GITHUB_ENV"`: everything in braces is written.
    const group = derived.text.trim() === "";
    const text = group ? run.text.value : derived.text;
    if (RANDOM.test(group ? run.text.value : text)) return [];
    const taint = taints.ofWords(text, site) ?? fromFile(step, written(derived.span));
    if (taint === null) return [];
    const named = derived.name !== null && !derived.text.startsWith("$");
    return [{ derived, taint, lines: taint.lines || !named }];
  });
}

/** A file of a foreign artifact or of an unknown checkout. */
function fromFile({ owner, index }: Step, command: string): Taint | null {
  if (owner.kind !== "job" || !READS_FILE.test(command)) return null;
  const from = foreign(owner, index);
  if (from === null) return null;
  const power = owner.workflow.triggers.some(({ outsiders }) => outsiders === "full") ? "full" : "none";
  const trail = [{ span: from.step.usesText?.span ?? from.step.span, message: `${from.what} comes in here` }];
  return { by: "outsider", power, source: from.what, lines: true, trail };
}

/** The last step before `index` that brings in what somebody outside made. */
export function foreign(
  { steps }: Job,
  index: number,
): { readonly step: Step; readonly what: string } | null {
  for (const step of steps.slice(0, index).toReversed()) {
    if (step.effects.artifacts.some((one) => one.direction === "download" && one.foreign))
      return { step, what: "an artifact of another run" };
    if (step.effects.checkout?.untrusted === true) return { step, what: "code of a pull request" };
  }
  return null;
}
