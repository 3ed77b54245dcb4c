/** The parts of workflows and jobs that are the same in both, or small: permissions, environments, runners, containers, matrices. */
import { candidates, type Lookup } from "../../expression/index.ts";
import type {
  Access,
  Concurrency,
  Container,
  Defaults,
  EnvironmentUse,
  Matrix,
  Permissions,
  Runner,
  Text,
} from "../../model.ts";
import type { YamlEntry } from "../../yaml/types.ts";
import { type Reader, get, isEmpty, words } from "../reader.ts";

const SCOPES = words(
  "actions artifact-metadata attestations checks contents deployments discussions id-token issues models packages pages pull-requests repository-projects security-events statuses vulnerability-alerts organization-packages",
);
const ACCESS: ReadonlySet<string> = words("none read write");

/** `insertAt`: where a `permissions:` key would go. */
export function readPermissions(reader: Reader, entry: YamlEntry | undefined, insertAt: number): Permissions {
  if (entry === undefined)
    return { kind: "absent", span: reader.span({ start: insertAt, end: insertAt }), entries: [] };
  const span = reader.span(entry);
  const { value } = entry;
  if (value.kind === "scalar") {
    const text = value.value.trim();
    if (text === "read-all" || text === "write-all") return { kind: text, span, entries: [] };
    // `permissions:` with nothing behind it grants nothing.
    if (isEmpty(value)) return { kind: "map", span, entries: [] };
    reader.say("wrong-type", "`permissions` takes a map, `read-all` or `write-all`", value);
    return { kind: "unknown", span, entries: [] };
  }
  if (value.kind === "list") {
    reader.say("wrong-type", "`permissions` takes a map", value);
    return { kind: "unknown", span, entries: [] };
  }
  const entries = value.entries.map((one) => {
    const access = one.value.kind === "scalar" ? one.value.value.trim() : "";
    if (!SCOPES.has(one.name))
      reader.say("unknown-key", `\`${one.name}\` is no permission that is known`, one.nameSpan);
    if (!ACCESS.has(access)) reader.say("wrong-type", `\`${one.name}\` takes read, write or none`, one.value);
    return {
      scope: one.name,
      access: ACCESS.has(access) ? (access as Access) : ("unknown" as const),
      span: reader.span(one),
    };
  });
  return { kind: "map", span, entries };
}

export const NO_DEFAULTS: Defaults = { shell: null, workingDirectory: null };

export function readDefaults(reader: Reader, entry: YamlEntry | undefined): Defaults {
  const run = reader.map(get(reader.map(entry), "run"));
  if (run === null) return NO_DEFAULTS;
  return {
    shell: reader.optional(get(run, "shell")),
    workingDirectory: reader.optional(get(run, "working-directory")),
  };
}

export function readConcurrency(reader: Reader, entry: YamlEntry | undefined): Concurrency | null {
  if (entry === undefined) return null;
  const span = reader.span(entry);
  if (entry.value.kind === "scalar") return { span, group: reader.optional(entry), cancelInProgress: null };
  const map = reader.map(entry);
  return {
    span,
    group: reader.optional(get(map, "group")),
    cancelInProgress: reader.optional(get(map, "cancel-in-progress")),
  };
}

export function readEnvironment(
  reader: Reader,
  entry: YamlEntry | undefined,
  lookup: Lookup,
): EnvironmentUse | null {
  if (entry === undefined || isEmpty(entry.value)) return null;
  const map = entry.value.kind === "map" ? entry.value : null;
  const name = map === null ? reader.optional(entry) : reader.optional(get(map, "name"));
  const names = name === null ? [] : (valuesOf(name, lookup) ?? []);
  return {
    span: reader.span(entry),
    name,
    url: reader.optional(get(map, "url")),
    constant: names.length === 1 ? (names[0] ?? null) : null,
    candidates: names.filter((one) => one !== ""),
    tier: null,
  };
}

/** Every text that it can become; null when a part of it is unknown. */
export function valuesOf(text: Text, lookup: Lookup): readonly string[] | null {
  let values: string[] = [""];
  let at = 0;
  for (const { expression, start, end } of text.expressions) {
    const options = expression.root === null ? null : candidates(expression.root, lookup);
    if (options === null || options.length * values.length > 64) return null;
    const before = text.value.slice(at, start);
    values = values.flatMap((value) => options.map((option) => value + before + option));
    at = end;
  }
  return values.map((value) => value + text.value.slice(at));
}

const HOSTED = /^(?:ubuntu|windows|macos)-(?:latest|slim|\d[\w.-]*)$/i;

export function readRunner(reader: Reader, entry: YamlEntry | undefined, lookup: Lookup): Runner | null {
  if (entry === undefined || isEmpty(entry.value)) return null;
  const map = entry.value.kind === "map" ? entry.value : null;
  const labels = reader.texts(map === null ? entry.value : get(map, "labels")?.value);
  const group = reader.optional(get(map, "group"));
  const values = labels.map((label) => valuesOf(label, lookup));
  const own = values.some((options) => options?.some((one) => /^self-hosted$/i.test(one)) === true);
  const hosted =
    values.length > 0 &&
    group === null &&
    values.every((options) => options?.every((one) => HOSTED.test(one)) === true);
  return {
    span: reader.span(entry),
    labels,
    group,
    hosting: own ? "self-hosted" : hosted ? "hosted" : "unknown",
  };
}

const CONTAINER_KEYS = words("image credentials env ports volumes options command entrypoint");

export function readContainer(
  reader: Reader,
  entry: YamlEntry | undefined,
  name: string | null,
): Container | null {
  if (entry === undefined || isEmpty(entry.value)) return null;
  const span = reader.span(entry);
  if (entry.value.kind === "scalar")
    return {
      span,
      name,
      image: reader.text(entry.value),
      username: null,
      password: null,
      env: [],
      volumes: [],
      options: null,
    };
  const map = reader.map(entry);
  if (map !== null) reader.known(map, CONTAINER_KEYS, "a container");
  const credentials = reader.map(get(map, "credentials"));
  return {
    span,
    name,
    image: reader.optional(get(map, "image")),
    username: reader.optional(get(credentials, "username")),
    password: reader.optional(get(credentials, "password")),
    env: reader.settings(get(map, "env")),
    volumes: reader.texts(get(map, "volumes")?.value),
    options: reader.optional(get(map, "options")),
  };
}

export function readServices(reader: Reader, entry: YamlEntry | undefined): Container[] {
  return (reader.map(entry)?.entries ?? []).flatMap((service) => {
    const container = readContainer(reader, service, service.name);
    return container === null ? [] : [container];
  });
}

export function readMatrix(reader: Reader, strategy: YamlEntry | undefined): Matrix | null {
  const entry = get(reader.map(strategy), "matrix");
  if (entry === undefined || isEmpty(entry.value)) return null;
  const dimensions = new Map<string, Text[]>();
  let dynamic = entry.value.kind !== "map";
  const add = (name: string, texts: readonly Text[]): void => {
    dimensions.set(name, [...(dimensions.get(name) ?? []), ...texts]);
  };
  if (entry.value.kind === "map")
    for (const { name: key, value } of entry.value.entries) {
      if (key === "exclude") continue;
      if (value.kind !== "list") {
        dynamic = true;
        continue;
      }
      for (const item of value.items) {
        if (item.kind === "scalar") add(key, [reader.text(item)]);
        else if (item.kind === "map")
          for (const one of item.entries)
            if (one.value.kind === "scalar")
              // What `include` brings stands beside the dimensions; a dimension of maps is read as `matrix.a.b`.
              add(key === "include" ? one.name : `${key}.${one.name}`, [reader.text(one.value)]);
      }
    }
  return { span: reader.span(entry), value: reader.value(entry.value), dimensions, dynamic };
}
