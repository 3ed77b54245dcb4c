/** Maturity as it was assessed, one row a project and moment: the trend. */
import * as v from "valibot";
import { rfc3339 } from "../../core/clock.ts";
import { BulkheadError } from "../../core/errors.ts";
import { type ReplyValue, parseJson } from "../../core/json-bytes.ts";
import type { Call, FieldDeclaration, MountContext, PathDeclaration, Reply } from "../../kernel/plugin.ts";

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
/** Of each project; older ones go. */
const MOST_KEPT = 400;
const TIME_DIGITS = 12;

const marks = v.pipe(
  v.array(
    v.strictObject({
      id: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,60}$/)),
      level: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4)),
      holds: v.nullable(v.boolean()),
    }),
  ),
  v.maxLength(100),
);

interface Stored {
  readonly level: number;
  readonly marks: v.InferOutput<typeof marks>;
  readonly time: number;
  readonly by: string;
}

const field = (description: string): FieldDeclaration => ({ type: "string", description, plain: true });

function prefixOf(call: Call): string {
  const project = call.fields.string("project") ?? "";
  if (!NAME.test(project)) throw new BulkheadError("request.invalid", { problem: "project is a name" });
  return `maturity/${project}/`;
}

async function record({ clock }: MountContext, call: Call): Promise<Reply> {
  const prefix = prefixOf(call);
  const level = call.fields.int("level") ?? 0;
  const raw = call.fields.json("marks");
  const given = v.safeParse(marks, raw === undefined ? [] : parseJson(raw));
  if (!given.success || level < 1 || level > 4)
    throw new BulkheadError("request.invalid", {
      problem: "an assessment is a level of 1 to 4 and its marks",
    });
  const time = clock.now();
  const row: Stored = { level, marks: given.output, time, by: call.caller?.displayName ?? "" };
  await call.storage.transaction(async (tx) => {
    const kept = await tx.keys(prefix);
    for (const key of kept.slice(0, Math.max(0, kept.length - MOST_KEPT + 1))) tx.delete(key);
    tx.put(prefix + time.toString(16).padStart(TIME_DIGITS, "0"), Buffer.from(JSON.stringify(row)));
  });
  return { data: { time: rfc3339(time) } };
}

async function list(call: Call): Promise<Reply | null> {
  const prefix = prefixOf(call);
  const rows: [string, ReplyValue][] = [];
  for (const key of await call.storage.keys(prefix)) {
    const bytes = await call.storage.get(key);
    if (bytes === null) continue;
    const { time, ...row } = JSON.parse(bytes.toString("utf8")) as Stored;
    rows.push([key.slice(prefix.length), { ...row, time: rfc3339(time) } as unknown as ReplyValue]);
  }
  if (rows.length === 0) return null;
  return { data: { keys: rows.map(([key]) => key), key_info: Object.fromEntries(rows) } };
}

export const assessmentPaths = (context: MountContext): PathDeclaration[] => [
  {
    pattern: "maturity",
    summary: "Keeps an assessment of a project; lists those before, oldest first",
    fields: {
      project: { ...field("The project"), required: true },
      level: { type: "int", description: "1 to 4", plain: true },
      marks: { type: "json", description: "Each with id, level, holds (null: unknown)", plain: true },
    },
    operations: {
      list,
      create: (call) => record(context, call),
      update: (call) => record(context, call),
    },
  },
];
