/** `trigger:`: a child pipeline of this project, or a pipeline of another one. */
import type { ActionRef, Job, PassedSecrets, Setting, Text, WorkflowCall } from "../../model.ts";
import type { YamlEntry } from "../../yaml/types.ts";
import { get, isTrue } from "../reader.ts";
import { type LabReader, named } from "./lab-reader.ts";
import { textsOf } from "./merge.ts";

export function readCall(
  reader: LabReader,
  entry: YamlEntry,
  env: readonly Setting[],
  job: Job,
): WorkflowCall {
  const map = entry.value.kind === "map" ? entry.value : null;
  const forward = reader.map(get(map, "forward"));
  const variables = get(forward, "yaml_variables");
  const gives = variables === undefined || isTrue(reader.optional(variables));
  const passes = isTrue(reader.optional(get(forward, "pipeline_variables")));
  const secrets: PassedSecrets = passes
    ? { kind: "inherit", span: reader.span(get(forward, "pipeline_variables") ?? entry), mapped: [] }
    : { kind: "none", span: null, mapped: [] };
  return {
    ref: refOf(reader, entry),
    span: reader.span(entry),
    with: gives ? env : [],
    secrets,
    workflow: null,
    job,
  };
}

function refOf(reader: LabReader, entry: YamlEntry): ActionRef {
  const map = entry.value.kind === "map" ? entry.value : null;
  const project = map === null ? reader.optional(entry) : reader.optional(get(map, "project"));
  if (project !== null) return projectRef(project, reader.optional(get(map, "branch")));
  const include = get(map, "include");
  const first = include?.value.kind === "list" ? include.value.items[0] : include?.value;
  const local =
    first?.kind === "scalar"
      ? reader.text(first)
      : first?.kind === "map"
        ? reader.optional(get(first, "local"))
        : null;
  if (local !== null && !/^https?:/.test(local.value)) {
    const path = local.value.replace(/^\/+/, "");
    return { ...base(local), kind: "local", path, slug: `./${path}` };
  }
  const other = first?.kind === "map" ? reader.optional(get(first, "project")) : null;
  if (other !== null && first?.kind === "map") {
    const [file] = textsOf(get(first, "file")?.value);
    return {
      ...projectRef(other, reader.optional(get(first, "ref"))),
      path: file?.value.replace(/^\/+/, "") ?? "",
    };
  }
  return base(named("trigger", entry.nameSpan));
}

const base = (text: Text): ActionRef => ({
  kind: "unknown",
  text,
  span: text.span,
  owner: null,
  repo: null,
  path: "",
  ref: null,
  refSpan: null,
  pin: "none",
  comment: null,
  slug: text.value,
  action: null,
});

function projectRef(project: Text, ref: Text | null): ActionRef {
  const slash = project.value.lastIndexOf("/");
  if (project.value.includes("$") || slash === -1) return base(project);
  return {
    ...base(project),
    kind: "repository",
    owner: project.value.slice(0, slash).toLowerCase(),
    repo: project.value.slice(slash + 1).toLowerCase(),
    ref: ref?.value ?? null,
    refSpan: ref?.span ?? null,
    pin: ref === null ? "none" : /^[\da-f]{40}$/.test(ref.value) ? "sha" : "branch",
    slug: project.value.toLowerCase(),
  };
}
