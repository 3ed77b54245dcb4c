/**
 * What a run gives its job, before anything is fetched: from a stage of bulkhead.yaml, or from the words of the command line. Both
 * become the same list of values and of where each comes from.
 */
import { BulkheadError, nearest } from "../../core/errors.ts";
import { type TemplatePart, inAddress, parseTemplate, placesOf } from "../../core/template.ts";
import { KV_MOUNT, placed, secretPath } from "../../manifest/desired.ts";
import type { Manifest, OnChange, Stage } from "../../manifest/index.ts";
import type { Given } from "../../run/session.ts";

/** Where a secret's fields come from. `name` is the secret's in the declaration, else what was written on the command line. */
export type Source =
  /** A secret of the key-value store with versions; `path` below `/v1`: `secret/data/fraud/dev/openai`. */
  | { readonly kind: "stored"; readonly name: string; readonly path: string }
  /** Any path of the API, whose engine is asked first. */
  | { readonly kind: "path"; readonly name: string; readonly path: string }
  /** Minted for this run; `ttl` in milliseconds. */
  | {
      readonly kind: "minted";
      readonly name: string;
      readonly path: string;
      readonly ttl?: number | undefined;
    }
  | { readonly kind: "reference"; readonly name: string; readonly text: string };

export interface WantedField {
  readonly source: Source;
  /** null: the only one there is. */
  readonly field: string | null;
  /** It is no secret (a user name, a region) and is not masked. */
  readonly plain: boolean;
}

export interface WantedValue extends Given, WantedField {
  readonly variable: string;
  /** It is left out where the secret does not have the field. */
  readonly optional: boolean;
}

export interface WantedComposition extends Given {
  readonly variable: string;
  readonly template: readonly TemplatePart[];
  /** By the name that stands in the template. */
  readonly parts: ReadonlyMap<string, WantedField>;
}

export interface Wanted {
  readonly project: string;
  readonly stage: string;
  readonly environment: string;
  readonly values: readonly WantedValue[];
  readonly composed: readonly WantedComposition[];
  readonly plain: Readonly<Record<string, string>>;
  /** Longest life of what is issued, in milliseconds. */
  readonly ttl: number;
  readonly onChange: OnChange;
  /** By a declaration; else by words of the command line. */
  readonly declared: boolean;
}

/** Each source that is needed, once. */
export function sourcesOf({ values, composed }: Pick<Wanted, "values" | "composed">): Source[] {
  const all = [...values, ...composed.flatMap(({ parts }) => [...parts.values()])];
  return [...new Map(all.map(({ source }) => [source.name, source])).values()];
}

export const needsStore = (wanted: Wanted): boolean =>
  sourcesOf(wanted).some(({ kind }) => kind !== "reference");

export function wantedOfStage(manifest: Manifest, stage: Stage, environment: string): Wanted {
  const { project } = manifest;
  const sources = new Map(
    manifest.secrets.map(({ name, from, dynamic, ttl }): [string, Source] => [
      name,
      from !== undefined
        ? { kind: "reference", name, text: placed(from, project, environment) }
        : dynamic !== undefined
          ? { kind: "minted", name, path: placed(dynamic, project, environment), ttl }
          : { kind: "stored", name, path: `${KV_MOUNT}/data/${secretPath(project, environment, name)}` },
    ]),
  );
  const open = new Map(manifest.secrets.map(({ name, plain }) => [name, plain]));
  const wanted = ({ secret, field }: { secret: string; field: string }): WantedField => ({
    source: sources.get(secret) ?? { kind: "reference", name: secret, text: "" },
    field,
    plain: open.get(secret)?.includes(field) === true,
  });
  return {
    project,
    stage: stage.name,
    environment,
    values: stage.use.map(({ variable, secret, field, as, name, maxReads, optional }) => ({
      ...{ variable, ...wanted({ secret, field }), as, optional },
      ...(name !== undefined && { name }),
      ...(maxReads !== undefined && { maxReads }),
    })),
    composed: stage.composed.map(({ variable, template, parts, as, name, maxReads }) => ({
      variable,
      template: inAddress(parseTemplate(template)),
      parts: new Map(Object.entries(parts).map(([place, part]) => [place, wanted(part)])),
      as,
      ...(name !== undefined && { name }),
      ...(maxReads !== undefined && { maxReads }),
    })),
    plain: Object.fromEntries(stage.set.map(({ variable, value }) => [variable, value])),
    ttl: stage.ttl,
    onChange: stage.onChange ?? "none",
    declared: true,
  };
}

/** `--only`: secrets and variables by name. Throws `run.unknown-only`. */
export function onlyThese(wanted: Wanted, names: readonly string[]): Wanted {
  if (names.length === 0) return wanted;
  const known = new Set([
    ...wanted.values.flatMap(({ variable, source }) => [variable, source.name]),
    ...wanted.composed.flatMap(({ variable, parts }) => [
      variable,
      ...[...parts.values()].map(({ source }) => source.name),
    ]),
  ]);
  for (const name of names)
    if (!known.has(name)) {
      const near = nearest(name, [...known]);
      const details = { stage: wanted.stage, name, known: [...known].join(", ") };
      throw new BulkheadError(
        "run.unknown-only",
        details,
        near === null ? {} : { hint: `did you mean ${near}? \`--only\` takes ${details.known}` },
      );
    }
  const named = (...some: readonly string[]): boolean => some.some((one) => names.includes(one));
  return {
    ...wanted,
    values: wanted.values.filter(({ variable, source }) => named(variable, source.name)),
    composed: wanted.composed.filter(({ variable, parts }) =>
      named(variable, ...[...parts.values()].map(({ source }) => source.name)),
    ),
  };
}

export interface AskedFor {
  /** `VAR=path#key` or `VAR=scheme://place#field`. */
  readonly secrets: readonly string[];
  /** The same, as a file; `:FILE` may follow. */
  readonly mounts: readonly string[];
  /** `VAR=text with ${path#key}`. */
  readonly compositions: readonly string[];
  /** Makes every mount a pipe that gives its value out so many times. */
  readonly maxReads?: number | undefined;
}

/** Throws `usage.invalid`, never with what stands behind the `=`: somebody may have put a value there. */
export function wantedOfWords(
  { secrets, mounts, compositions, maxReads }: AskedFor,
  place: { readonly environment: string; readonly resolve: (path: string) => string },
): Wanted {
  const values = [
    ...secrets.map((word): WantedValue => {
      const [variable, text] = assigned(word, "--secret");
      return { variable, ...fieldOf(text, variable, "--secret"), optional: false };
    }),
    ...mounts.map((word): WantedValue => {
      const [variable, text] = assigned(word, "--mount");
      const { from, file } = splitFile(text);
      const way = maxReads === undefined ? ({ as: "file" } as const) : ({ as: "pipe", maxReads } as const);
      const where = file === null ? {} : file.includes("/") ? { place: place.resolve(file) } : { name: file };
      return { variable, ...fieldOf(from, variable, "--mount"), ...way, ...where, optional: false };
    }),
  ];
  const composed = compositions.map((word): WantedComposition => {
    const [variable, text] = assigned(word, "--compose");
    const template = inAddress(parseTemplate(text));
    const parts = placesOf(template).map((one): [string, WantedField] => [
      one,
      fieldOf(one, variable, "--compose"),
    ]);
    return { variable, template, parts: new Map(parts) };
  });
  const names = [...values, ...composed].map(({ variable }) => variable);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw usage(`${twice} is given twice`);
  const rest = { plain: {}, ttl: 3_600_000, onChange: "none", declared: false } as const;
  return { project: "(none)", stage: "(none)", environment: place.environment, values, composed, ...rest };
}

function assigned(word: string, flag: string): [string, string] {
  const equals = word.indexOf("=");
  const variable = equals < 0 ? "" : word.slice(0, equals);
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable))
    throw usage(`${flag} is written VARIABLE=path#field or VARIABLE=scheme://place`);
  return [variable, word.slice(equals + 1)];
}

/** `path#key:FILE`: behind the field, or an absolute or `./` path. Colons are common in references. */
function splitFile(text: string): { from: string; file: string | null } {
  const colon = text.lastIndexOf(":");
  const [from, file] = [text.slice(0, colon), text.slice(colon + 1)];
  const isFile = colon > 0 && !file.startsWith("//") && (from.includes("#") || /^\.{0,2}\//.test(file));
  return isFile && file !== "" ? { from, file } : { from: text, file: null };
}

const REFERENCE = /^[a-z][a-z0-9-]*:\/\//;
const API_PATH = /^[A-Za-z0-9][A-Za-z0-9_.-]*(\/[A-Za-z0-9][A-Za-z0-9_.@-]*)+$/;

function fieldOf(text: string, variable: string, flag: string): WantedField {
  if (REFERENCE.test(text))
    return { source: { kind: "reference", name: text, text }, field: null, plain: false };
  const [path = "", field = null] = text.split("#", 2);
  if (!API_PATH.test(path) || field === "")
    throw usage(
      `${flag} ${variable}: what follows the = is no path such as secret/team/key#field and no reference such as env://NAME; a value never goes there`,
    );
  return { source: { kind: "path", name: path, path }, field, plain: false };
}

const usage = (problem: string): BulkheadError =>
  new BulkheadError("usage.invalid", { problem, command: "run" });
