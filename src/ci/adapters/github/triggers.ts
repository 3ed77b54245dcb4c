/** `on:` in its three forms, with filters, schedules, inputs and the interface of a reusable workflow. */
import type { CallInterface, DeclaredSecret, Filters, Input, Text, Trigger } from "../../model.ts";
import type { YamlEntry, YamlMap, YamlNode } from "../../yaml/types.ts";
import { EVENTS, UNKNOWN_EVENT } from "./events.ts";
import { type Reader, get, isEmpty, isTrue, words } from "../reader.ts";

const FILTER_KEYS = words(
  "types branches branches-ignore tags tags-ignore paths paths-ignore workflows inputs secrets outputs",
);

interface Named {
  readonly name: string;
  readonly span: { readonly start: number; readonly end: number };
  readonly entry: YamlEntry | null;
}

export function readTriggers(reader: Reader, entry: YamlEntry): Trigger[] {
  return namedEvents(reader, entry.value).map((named) => trigger(reader, named));
}

function namedEvents(reader: Reader, node: YamlNode): Named[] {
  if (node.kind === "scalar") return [{ name: node.value, span: node, entry: null }];
  if (node.kind === "list")
    return node.items.flatMap((item) => {
      if (item.kind === "scalar") return [{ name: item.value, span: item, entry: null }];
      reader.say("wrong-type", "an event's name is expected", item);
      return [];
    });
  return node.entries.map((entry) => ({
    name: entry.name,
    span: { start: entry.nameStart, end: entry.end },
    entry,
  }));
}

function trigger(reader: Reader, { name, span, entry }: Named): Trigger {
  const event = name.trim().toLowerCase();
  const known = EVENTS.get(event);
  if (known === undefined) reader.say("unknown-event", `\`${name}\` is no event that is known`, span);
  const { starters, code, outsiders } = known ?? UNKNOWN_EVENT;
  // A schedule is a list of times, not a map.
  const map = event === "schedule" || entry === null ? null : reader.map(entry);
  if (map !== null) reader.known(map, FILTER_KEYS, `\`${event}\``);
  return {
    event,
    span: reader.span(span),
    starters,
    code,
    outsiders,
    known: known !== undefined,
    filters: filters(reader, map),
    follows: reader.texts(get(map, "workflows")?.value),
    cron: event === "schedule" && entry !== null ? cron(reader, entry.value) : [],
    inputs: readInputs(reader, get(map, "inputs")),
  };
}

const NO_FILTERS: Filters = {
  types: null,
  branches: null,
  branchesIgnore: null,
  tags: null,
  tagsIgnore: null,
  paths: null,
  pathsIgnore: null,
};

function filters(reader: Reader, map: YamlMap | null): Filters {
  if (map === null) return NO_FILTERS;
  const list = (name: string): readonly Text[] | null => {
    const entry = get(map, name);
    return entry === undefined || isEmpty(entry.value) ? null : reader.texts(entry.value);
  };
  return {
    types: list("types"),
    branches: list("branches"),
    branchesIgnore: list("branches-ignore"),
    tags: list("tags"),
    tagsIgnore: list("tags-ignore"),
    paths: list("paths"),
    pathsIgnore: list("paths-ignore"),
  };
}

function cron(reader: Reader, node: YamlNode): Text[] {
  if (node.kind !== "list") return [];
  return node.items.flatMap((item) => {
    const time = item.kind === "map" ? reader.optional(get(item, "cron")) : null;
    return time === null ? [] : [time];
  });
}

export function readInputs(reader: Reader, entry: YamlEntry | undefined): Input[] {
  return (reader.map(entry)?.entries ?? []).map((input) => {
    const body = reader.map(input);
    return {
      name: input.name,
      span: reader.span(input),
      type: reader.optional(get(body, "type"))?.value ?? "string",
      required: isTrue(reader.optional(get(body, "required"))),
      default: reader.optional(get(body, "default")),
      options: reader.texts(get(body, "options")?.value),
    };
  });
}

/** Of `workflow_call`; null when the workflow has none. */
export function readCallable(reader: Reader, on: YamlEntry): CallInterface | null {
  const { value } = on;
  const entry = value.kind === "map" ? get(value, "workflow_call") : undefined;
  if (entry === undefined) {
    const named = namedEvents(reader, value).find(({ name }) => name === "workflow_call");
    return named === undefined
      ? null
      : { span: reader.span(named.span), inputs: [], secrets: [], outputs: [] };
  }
  const map = entry.value.kind === "map" ? entry.value : null;
  const secrets: DeclaredSecret[] = (reader.map(get(map, "secrets"))?.entries ?? []).map((secret) => ({
    name: secret.name,
    span: reader.span(secret),
    required: isTrue(reader.optional(get(reader.map(secret), "required"))),
  }));
  const outputs = (reader.map(get(map, "outputs"))?.entries ?? []).flatMap((output) => {
    const text = reader.optional(get(reader.map(output), "value"));
    return text === null ? [] : [{ name: output.name, nameSpan: output.nameSpan, value: text }];
  });
  return { span: reader.span(entry), inputs: readInputs(reader, get(map, "inputs")), secrets, outputs };
}
