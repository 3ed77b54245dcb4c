/** `action.yml`: composite, JavaScript and docker actions. */
import type { ActionFile, Diagnostic, Repository, SourceFile, Step } from "../../model.ts";
import { NO_DEFAULTS } from "./parts.ts";
import { Reader, get, words } from "../reader.ts";
import { readSteps } from "./steps.ts";
import { readInputs } from "./triggers.ts";
import { rootOf } from "./workflows.ts";

const KEYS = words("name author description inputs outputs runs branding deprecationMessage");

type Draft<T> = { -readonly [K in keyof T]: T[K] };

export interface ActionSource {
  readonly file: SourceFile;
  /** The folder, or `owner/repo/path@sha`. */
  readonly id: string;
  readonly remote: boolean;
  readonly repository: Repository;
  readonly report: (diagnostic: Diagnostic) => void;
}

/** Null when the file is no action. */
export function readAction({ file, id, remote, repository, report }: ActionSource): ActionFile | null {
  const reader = new Reader(file, report);
  const root = rootOf(reader);
  if (root === null) return null;
  const runs = reader.map(get(root, "runs"));
  if (runs === null) {
    reader.say("missing-key", "an action needs `runs`", { start: 0, end: 0 });
    return null;
  }
  reader.known(root, KEYS, "an action");
  const using = reader.optional(get(runs, "using"))?.value.toLowerCase() ?? "";
  const outputs = (reader.map(get(root, "outputs"))?.entries ?? []).flatMap((output) => {
    const text = output.value.kind === "map" ? reader.optional(get(output.value, "value")) : null;
    return text === null ? [] : [{ name: output.name, nameSpan: output.nameSpan, value: text }];
  });
  const action: Draft<ActionFile> = {
    kind: "action",
    repository,
    file,
    span: reader.span(root),
    id,
    name: reader.optional(get(root, "name")),
    inputs: readInputs(reader, get(root, "inputs")),
    outputs,
    using:
      using === "composite"
        ? "composite"
        : using === "docker"
          ? "docker"
          : using.startsWith("node")
            ? "node"
            : "unknown",
    steps: [],
    entries: ["main", "pre", "post"].flatMap((name) => {
      const entry = get(runs, name);
      const text = reader.optional(entry);
      return entry === undefined || text === null ? [] : [{ name, nameSpan: entry.nameSpan, value: text }];
    }),
    image: reader.optional(get(runs, "image")),
    remote,
  };
  const steps: Step[] = readSteps(reader, get(runs, "steps"), {
    owner: action,
    defaults: [NO_DEFAULTS],
    windows: false,
  });
  action.steps = steps;
  return action;
}
