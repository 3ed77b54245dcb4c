/** A declared project as it arrives: checked member by member, unknown members refused, so that what is kept is what was meant. */
import * as v from "valibot";
import { BulkheadError } from "../../core/errors.ts";
import { type RawJson, kindOf, members, parseJson } from "../../core/json-bytes.ts";
import type { DeclaredProject } from "../../kernel/services.ts";

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
/** Names of environments, secrets and stages: path segments, so no slash and no wildcard. */
const PART = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const MAX_PARTS = 2_000;

const text = v.pipe(v.string(), v.maxLength(4_096));
const part = v.pipe(v.string(), v.regex(PART, "is not a name"));
const parts = v.pipe(v.array(part), v.maxLength(MAX_PARTS));
const table = <T extends v.GenericSchema>(schema: T) =>
  v.pipe(
    v.record(part, schema),
    v.check((record) => Object.keys(record).length <= MAX_PARTS, `has more than ${MAX_PARTS} members`),
  );

/** `v.record` leaves these out without a word: an environment of such a name would not be kept apart from the others. */
const DROPPED = ["__proto__", "constructor", "prototype"];
const PARTS = ["environments", "secrets", "stages"];

function refuseDropped(raw: RawJson): void {
  if (kindOf(raw) !== "object") return;
  const tables = members(raw);
  for (const part of PARTS) {
    const table = tables.get(part);
    const names = table !== undefined && kindOf(table) === "object" ? members(table) : new Map();
    const found = DROPPED.find((name) => names.has(name));
    if (found !== undefined)
      throw new BulkheadError("project.invalid", { problem: `manifest.${part}: ${found} cannot be a name` });
  }
}

const MOST_PUSHES = 50;
const line = v.pipe(v.string(), v.minLength(1), v.maxLength(300));
const pushSchema = v.strictObject({
  target: part,
  settings: table(line),
  as: v.optional(line),
  with: v.optional(part),
  for: v.optional(parts, []),
});

const manifestSchema = v.strictObject({
  name: v.optional(v.string()),
  owner: v.optional(text),
  environments: table(
    v.strictObject({ production: v.optional(v.boolean()), people: v.optional(v.boolean()) }),
  ),
  secrets: table(
    v.strictObject({
      provider: v.optional(text),
      kind: v.optional(text),
      owner: v.optional(text),
      purpose: v.optional(text),
      plain: v.optional(v.array(text), []),
      shared: v.optional(text),
      push: v.optional(v.pipe(v.array(pushSchema), v.maxLength(MOST_PUSHES))),
      fields: v.optional(parts),
      variables: v.optional(table(line)),
    }),
  ),
  stages: table(v.strictObject({ use: parts })),
});

const appliedSchema = v.strictObject({
  policies: v.pipe(v.array(text), v.maxLength(MAX_PARTS)),
  roles: v.pipe(v.array(text), v.maxLength(MAX_PARTS)),
  digest: v.optional(text, ""),
});

export type Applied = v.InferOutput<typeof appliedSchema>;

export function checkProjectName(name: string): string {
  if (!NAME.test(name)) throw new BulkheadError("project.bad-name", { name: name.slice(0, 80) });
  return name;
}

function parse<T extends v.GenericSchema>(what: string, schema: T, raw: RawJson): v.InferOutput<T> {
  const result = v.safeParse(schema, parseJson(raw), { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  const path = issue.path?.map(({ key }) => String(key)).join(".") ?? "";
  throw new BulkheadError("project.invalid", {
    problem: `${what}${path === "" ? "" : `.${path}`}: ${issue.message.slice(0, 200)}`,
  });
}

/** Throws `project.invalid` for anything but a whole declaration of `name`. */
export function readManifest(name: string, raw: RawJson): DeclaredProject {
  refuseDropped(raw);
  const manifest = parse("manifest", manifestSchema, raw);
  if (manifest.name !== undefined && manifest.name !== name)
    throw new BulkheadError("project.invalid", { problem: `manifest.name is not ${name}` });
  for (const [stage, { use }] of Object.entries(manifest.stages))
    for (const secret of use)
      if (!Object.hasOwn(manifest.secrets, secret))
        throw new BulkheadError("project.invalid", {
          problem: `manifest.stages.${stage} uses ${secret}, which is not declared`,
        });
  // Back and forth through JSON drops members that are undefined, which the contract's types do not know.
  return JSON.parse(JSON.stringify({ ...manifest, name })) as DeclaredProject;
}

export function readApplied(raw: RawJson): Applied {
  return parse("applied", appliedSchema, raw);
}
