/** Where a secret of a job appears: memory, variables, arguments, logs, outputs, files, and through files in caches and artifacts. */
import type { CredentialUse, Derived, Job, Span, Step } from "../model.ts";
import { type Draft, keyOf } from "./draft.ts";
import type { ExposurePlace } from "./types.ts";

interface HeldSecret {
  readonly use: CredentialUse;
  readonly name: string;
  /** The fact that it is held. */
  readonly held: string;
}

const PLACES: Readonly<Partial<Record<Derived["kind"], readonly [ExposurePlace, string]>>> = {
  env: ["variable", "written to the environment of all later steps"],
  output: ["output", "written to an output, which other jobs may read"],
  print: ["log", "printed to the log"],
  argv: ["argv", "an argument: every process of the machine sees it"],
  file: ["file", "written to a file"],
};

export function exposures(draft: Draft, job: Job, secret: HeldSecret): void {
  const { use, name, held } = secret;
  const add = (where: ExposurePlace, text: string, span: Span): void => {
    const to = draft.mean(`exposed ${keyOf(job)} ${name} ${where} ${text}`, {
      is: "exposure",
      name,
      where,
      text,
    });
    draft.edge({ kind: "exposure", from: [held], to, span, says: text });
  };
  add("memory", "the runner's memory, for as long as the job runs", use.span);
  if (use.as !== null && /-env$|container/.test(use.scope))
    add(
      "variable",
      `${use.as} of ${use.step === null ? "every step" : `step ${use.step.index + 1}`}`,
      use.span,
    );
  if (use.scope === "script") add("file", "the script that the runner writes to disk", use.span);
  if (use.scope === "output") add("output", `output ${use.as ?? ""} of the job`, use.span);
  const read = reader(use);
  for (const step of use.step === null ? job.steps : [use.step]) {
    const masked = step.effects.derived.some(({ kind, text }) => kind === "mask" && read(text));
    for (const { kind, text, name: target, span } of step.effects.derived) {
      const place = PLACES[kind];
      if (place === undefined || !read(text)) continue;
      // The runner masks a secret itself, but not what was made of it.
      if (kind === "print" && masked) continue;
      add(place[0], target === null ? place[1] : `${place[1]}: ${target}`, span);
      if (kind === "file" && target !== null) onward(job, step, target, add);
    }
  }
}

function reader({ as, read, name }: CredentialUse): (text: string) => boolean {
  const variable = as === null ? null : new RegExp(`\\$\\{?${as.replaceAll(/\W/g, "\\$&")}\\b`);
  const secret = read?.name ?? name;
  const direct =
    secret === null ? null : new RegExp(`secrets(?:\\.|\\[')${secret.replaceAll(/\W/g, "\\$&")}\\b`, "i");
  return (text) => (variable?.test(text) ?? false) || (direct?.test(text) ?? false);
}

/** A file that a later step keeps. */
function onward(
  job: Job,
  from: Step,
  file: string,
  add: (where: ExposurePlace, text: string, span: Span) => void,
): void {
  for (const step of job.steps) {
    if (step.index < from.index) continue;
    for (const { direction, name, paths, span } of step.effects.artifacts)
      if (direction === "upload" && paths.some(({ value }) => covers(value, file)))
        add("artifact", `artifact ${name?.value ?? "(default name)"}, with ${file}`, span);
    for (const { direction, paths, key, span } of step.effects.caches)
      if (direction !== "restore" && paths !== null && covers(paths.value, file))
        add("cache", `cache ${key?.value ?? ""}, with ${file}`, span);
  }
}

/** Lines of paths: the file itself, a folder above it, everything. */
export function covers(paths: string, file: string): boolean {
  const target = file.replace(/^\.\//, "");
  return paths.split("\n").some((line) => {
    const path = line
      .trim()
      .replace(/^\.\//, "")
      .replace(/\/?\*{0,2}$/, "");
    return (
      line.trim() !== "" && (path === "" || path === "." || target === path || target.startsWith(`${path}/`))
    );
  });
}
