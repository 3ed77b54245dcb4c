/** `include:` in all its forms, into one map; what lies elsewhere comes from the lock or stays unknown. */
import { posix } from "node:path";
import type { Include, SourceFile, Text } from "../../model.ts";
import { sourceFile } from "../../spans.ts";
import { map } from "../../yaml/nodes.ts";
import { parseYaml } from "../../yaml/parse.ts";
import type { YamlMap, YamlNode } from "../../yaml/types.ts";
import type { AdapterContext } from "../types.ts";
import { get } from "../reader.ts";
import { withInputs } from "./inputs.ts";
import { LabReader } from "./lab-reader.ts";
import { merged, textsOf } from "./merge.ts";

/** GitLab's own limit. */
const MAX_FILES = 150;

export interface Loaded {
  readonly root: YamlMap;
  /** Of the pipeline's own file. */
  readonly file: SourceFile;
  readonly includes: readonly Include[];
  /** Every file that was read for it, the first its own. */
  readonly files: readonly SourceFile[];
  /** Something is included that nobody knows. */
  readonly open: boolean;
}

interface State {
  readonly reader: LabReader;
  readonly context: AdapterContext;
  readonly includes: Include[];
  readonly files: SourceFile[];
  open: boolean;
}

/** Null when the file holds no map. */
export function load(file: SourceFile, context: AdapterContext): Loaded | null {
  const reader = new LabReader(file, context.report);
  const state: State = { reader, context, includes: [], files: [], open: false };
  const root = whole({ file, inputs: null, here: true }, [], state);
  if (root === null) return null;
  return { root, file, includes: state.includes, files: state.files, open: state.open };
}

interface Source {
  readonly file: SourceFile;
  /** Given by who includes it. */
  readonly inputs: YamlMap | null;
  /** Of this repository: its local includes are too. */
  readonly here: boolean;
}

function whole(source: Source, through: readonly string[], state: State): YamlMap | null {
  const { file } = source;
  state.files.push(file);
  const { documents, problems } = parseYaml(file);
  for (const { id, message, start, end } of problems)
    state.context.report({ id, message, span: { file, start, end } });
  // With a header of its own (`spec:`) the configuration is the second document.
  const [first = null, second = null] = documents;
  const header = second !== null && first?.kind === "map" ? get(first, "spec") : undefined;
  const body = header === undefined ? first : second;
  if (body?.kind !== "map") {
    if (problems.length === 0)
      state.reader.say("wrong-type", "the file holds no map", { file, start: 0, end: 0 });
    return null;
  }
  const root = withInputs(body, header?.value ?? null, source.inputs, state.reader);
  const include = get(root, "include");
  if (include === undefined) return root;
  let base: YamlMap | null = null;
  for (const item of include.value.kind === "list" ? include.value.items : [include.value]) {
    const part = included(item, { source, through: [...through, file.path], state });
    if (part !== null) base = base === null ? part : merged(base, part);
  }
  const own = map(
    root.file,
    root.entries.filter((entry) => entry !== include),
    root.start,
    root.end,
  );
  return base === null ? own : merged(base, own);
}

interface Around {
  readonly source: Source;
  readonly through: readonly string[];
  readonly state: State;
}

const KINDS = ["local", "project", "remote", "template", "component"] as const;

function included(item: YamlNode, around: Around): YamlMap | null {
  const { state } = around;
  if (item.kind === "list") {
    state.reader.say("wrong-type", "`include` takes paths and maps", item);
    return null;
  }
  const text = (name: string): Text | null =>
    item.kind === "map" ? state.reader.optional(get(item, name)) : null;
  const kind =
    item.kind === "map"
      ? (KINDS.find((one) => get(item, one) !== undefined) ?? "unknown")
      : /^https?:\/\//.test(item.value)
        ? ("remote" as const)
        : ("local" as const);
  const inputs = item.kind === "map" ? state.reader.map(get(item, "inputs")) : null;
  const project = kind === "project" ? text("project") : null;
  const named =
    item.kind === "scalar"
      ? [state.reader.text(item)]
      : kind === "project"
        ? textsOf(get(item, "file")?.value).map((one) => state.reader.text(one))
        : [text(kind)].filter((one) => one !== null);
  if (named.length === 0 && get(item.kind === "map" ? item : null, "artifact") === undefined)
    state.reader.say("missing-key", "an include names a file", item);
  let base: YamlMap | null = null;
  for (const one of named) {
    const component = kind === "component" ? one.value.lastIndexOf("@") : -1;
    const ref =
      kind === "project"
        ? text("ref")
        : component === -1
          ? null
          : { ...one, value: one.value.slice(component + 1) };
    const found = fileOf({ kind, text: one, project, ref, around });
    state.includes.push({
      kind,
      span: item,
      text: one,
      project,
      ref,
      pin: pinOf(kind, ref, text("integrity")),
      path: found?.file.path ?? null,
    });
    if (found === null) {
      state.open = true;
      continue;
    }
    const part = enter({ ...found, inputs }, item, around);
    if (part !== null) base = base === null ? part : merged(base, part);
  }
  return base;
}

function enter(source: Source, item: YamlNode, { through, state }: Around): YamlMap | null {
  if (through.includes(source.file.path)) {
    state.reader.say("cycle", `${source.file.path} includes itself through this`, item);
    return null;
  }
  if (state.files.length >= MAX_FILES) {
    state.reader.say("too-large", `more than ${MAX_FILES} included files`, item);
    state.open = true;
    return null;
  }
  return whole(source, through, state);
}

function pinOf(kind: Include["kind"], ref: Text | null, integrity: Text | null): Include["pin"] {
  if (kind === "remote") return integrity === null ? "none" : "digest";
  if (ref === null) return "none";
  if (/^(?:[\da-f]{40}|[\da-f]{64}|\$\{?CI_COMMIT_SHA\}?)$/.test(ref.value)) return "sha";
  return /^v?\d+(?:\.\d+)*(?:[-+][\w.+-]+)?$/.test(ref.value) ? "version" : "branch";
}

interface Wanted {
  readonly kind: Include["kind"];
  readonly text: Text;
  readonly project: Text | null;
  readonly ref: Text | null;
  readonly around: Around;
}

function fileOf({ kind, text, project, ref, around }: Wanted): Pick<Source, "file" | "here"> | null {
  const { source, state } = around;
  const { context, reader } = state;
  if (kind === "local" && source.here) {
    const path = posix.normalize(text.value.replace(/^\/+/, ""));
    // Wildcards are resolved on the host; variables when the pipeline starts.
    if (/[*$]/.test(path)) return null;
    const file = context.open(path);
    if (file === null) reader.say("unresolved", `there is no ${path} here`, text.span);
    return file === null ? null : { file, here: true };
  }
  const own = ownComponent(kind, text, context);
  if (own !== null) return { file: own, here: true };
  const key =
    kind === "project"
      ? `${project?.value ?? ""}/${text.value.replace(/^\/+/, "")}${ref === null ? "" : `@${ref.value}`}`
      : text.value;
  const entry = context.lock.entries.find(({ uses, content }) => uses === key && content !== null);
  return entry === undefined
    ? null
    : { file: sourceFile(`${key.replace(/@.*$/, "")}@${entry.sha}`, entry.content ?? ""), here: false };
}

/** A component of this very project: `$CI_SERVER_FQDN/$CI_PROJECT_PATH/name@$CI_COMMIT_SHA`. */
function ownComponent(kind: Include["kind"], { value }: Text, { open }: AdapterContext): SourceFile | null {
  const name =
    kind === "component"
      ? /^\$\{?CI_SERVER_\w+\}?\/\$\{?CI_PROJECT_PATH\}?\/([\w.-]+)@\$\{?CI_COMMIT_SHA\}?$/.exec(value)?.[1]
      : undefined;
  return name === undefined
    ? null
    : (open(`templates/${name}.yml`) ?? open(`templates/${name}/template.yml`));
}
