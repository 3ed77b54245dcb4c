/** A secret in the `env` of a workflow or job → the steps that use it. */
import type { Fix, TextEdit } from "../checks/types.ts";
import { actionRow } from "../effects/actions/index.ts";
import { mentions } from "../effects/of-script.ts";
import type { Job, Setting, Span, Step, Workflow } from "../model.ts";
import { span, written } from "../spans.ts";
import { addStepEnv, isBlockKey, keyOf, wholeLines } from "./edits.ts";

/** `at`: the setting, or a part of its value. Null where it is no such setting, or a step's form leaves no room. */
export function narrowSecret(owner: Job | Workflow, at: Span): Fix | null {
  const setting = owner.env.find(
    ({ nameSpan, value }) =>
      nameSpan.file === at.file && nameSpan.start <= at.start && value.span.end >= at.end,
  );
  if (setting === undefined || setting.value.span.start < setting.nameSpan.start) return null;
  const { file } = setting.nameSpan;
  if (!isBlockKey(file, setting.nameSpan.start)) return null;
  const jobs = owner.kind === "job" ? [owner] : owner.jobs;
  // It would be in no step's hands: containers, conditions, other variables and calls read it too.
  const elsewhere = written({ file, start: owner.span.start, end: owner.span.end });
  let certain = jobs.every(({ call, container }) => call === null && container === null);
  const edits: TextEdit[] = [];
  const value = written(setting.value.span);
  let users = 0;
  for (const job of jobs)
    for (const step of job.steps) {
      if (step.env.some(({ name }) => name === setting.name)) continue;
      const use = uses(step, setting);
      if (use === "unknown") certain = false;
      if (use === "no") continue;
      users++;
      const edit = addStepEnv(step, setting.name, setting.value.value);
      if (edit === null) return null;
      edits.push(edit);
    }
  if (users === 0 || value === "") certain = false;
  const reads = [...elsewhere.matchAll(new RegExp(`env\\.${setting.name}\\b|env\\[`, "g"))].length;
  const inSteps = jobs
    .flatMap(({ steps }) => steps)
    .flatMap((step) => [
      ...written(step.span).matchAll(new RegExp(`env\\.${setting.name}\\b|env\\[`, "g")),
    ]).length;
  if (reads > inSteps) certain = false;
  edits.push(...removal(owner, setting));
  return {
    title: `give ${setting.name} to the steps that use it`,
    safety: certain ? "safe" : "review",
    edits,
  };
}

/** `unknown`: it may, and gets it. */
function uses(step: Step, { name }: Setting): "yes" | "no" | "unknown" {
  const texts = [...step.with, ...step.env].map(({ value }) => value);
  const inText = [
    ...texts,
    ...(step.run === null ? [] : [step.run.text]),
    ...(step.condition === null ? [] : [step.condition.text]),
  ].some((text) =>
    text.expressions.some(({ expression }) =>
      expression.reads.contexts.some(
        ({ path }) => path === `env.${name.toLowerCase()}` || path === "env" || path === "env.*",
      ),
    ),
  );
  if (inText) return "yes";
  if (step.run !== null) {
    if (mentions(step.run.text.value, name) || new RegExp(`\\b${name}\\b`).test(step.run.text.value))
      return "yes";
    if (step.effects.authorities.some(({ through }) => through.includes(name))) return "yes";
    return step.effects.known && !step.effects.runsProject ? "no" : "unknown";
  }
  if (step.uses === null) return "no";
  const row = actionRow(step.uses.slug);
  if (row?.variables?.includes(name) === true) return "yes";
  return row === null ? "unknown" : "no";
}

/** Of the setting's line; with the line of `env:` where nothing else is in it. Comments between stay. */
function removal(owner: Job | Workflow, setting: Setting): TextEdit[] {
  const { file, start } = setting.nameSpan;
  const lines = [wholeLines(file, start, setting.value.span.end)];
  const key = owner.env.length === 1 ? keyOf(file, "env", start) : null;
  if (key !== null) lines.unshift(wholeLines(file, key, key + 1));
  const [first, last] = [lines[0], lines.at(-1)];
  if (first !== undefined && last !== undefined && first.end >= last.start)
    return [{ span: span(file, first.start, last.end), text: "" }];
  return lines.map((whole) => ({ span: span(file, whole.start, whole.end), text: "" }));
}
