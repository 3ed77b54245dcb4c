/** Steps of jobs and of composite actions. */
import type { ActionFile, Defaults, Job, Script, Step, Text } from "../../model.ts";
import { NO_EFFECTS } from "../../effects/none.ts";
import { languageOf } from "../../shell/languages.ts";
import { commandsOf } from "../../shell/commands.ts";
import type { YamlEntry } from "../../yaml/types.ts";
import { readReference } from "./references.ts";
import { type Reader, get, isTrue, words } from "../reader.ts";

const KEYS = words(
  "id name if uses run with env shell working-directory continue-on-error timeout-minutes background",
);
/** Groups of steps that run beside each other: read as steps, their order is not known then. */
const GROUPS = words("parallel steps");
const NO_SETTINGS: Step["with"] = [];

export interface StepSurroundings {
  readonly owner: Job | ActionFile;
  readonly defaults: readonly Defaults[];
  /** Of the runner: a shell that nobody names is PowerShell on Windows. */
  readonly windows: boolean;
}

export function readSteps(reader: Reader, entry: YamlEntry | undefined, around: StepSurroundings): Step[] {
  const into: Step[] = [];
  collect(reader, entry, around, false, into, 0);
  return into;
}

function collect(
  reader: Reader,
  entry: YamlEntry | undefined,
  around: StepSurroundings,
  background: boolean,
  into: Step[],
  depth: number,
): void {
  if (entry === undefined) return;
  if (entry.value.kind !== "list") {
    if (entry.value.kind === "map" || entry.value.value !== "")
      reader.say("wrong-type", `\`${entry.name}\` takes a list of steps`, entry.value);
    return;
  }
  for (const item of entry.value.items) {
    if (item.kind !== "map") {
      reader.say("wrong-type", "a step is a map", item);
      continue;
    }
    const group = item.entries.find(({ name }) => GROUPS.has(name));
    if (group !== undefined && depth < 8) {
      collect(reader, group, around, true, into, depth + 1);
      continue;
    }
    reader.known(item, KEYS, "a step");
    const usesText = reader.optional(get(item, "uses"));
    const runText = reader.optional(get(item, "run"));
    if (usesText === null && runText === null)
      reader.say("missing-key", "a step needs `run` or `uses`", { start: item.start, end: item.start });
    const withEntry = get(item, "with");
    const envEntry = get(item, "env");
    into.push({
      kind: "step",
      owner: around.owner,
      index: into.length,
      span: reader.span(item),
      id: reader.optional(get(item, "id")),
      name: reader.optional(get(item, "name")),
      condition: reader.condition(get(item, "if")),
      uses: usesText === null ? null : readReference(usesText),
      usesText,
      with: withEntry === undefined ? NO_SETTINGS : reader.settings(withEntry),
      env: envEntry === undefined ? NO_SETTINGS : reader.settings(envEntry),
      run: runText === null ? null : script(runText, reader.optional(get(item, "shell")), around),
      workingDirectory: reader.optional(get(item, "working-directory")),
      continueOnError: reader.optional(get(item, "continue-on-error")),
      timeout: reader.optional(get(item, "timeout-minutes")),
      background: background || isTrue(reader.optional(get(item, "background"))),
      effects: NO_EFFECTS,
    });
  }
}

function script(text: Text, own: Text | null, { defaults, windows }: StepSurroundings): Script {
  const shell = own ?? defaults.find((one) => one.shell !== null)?.shell ?? null;
  const language = shell === null ? (windows ? "powershell" : "sh") : languageOf(shell.value);
  return { text, shell, language, commands: commandsOf(text.value, language) };
}
