/** What comes in of a plan: its form alone is checked; what it does is done by whoever hands it in, with his own rights. */
import * as v from "valibot";
import { BulkheadError } from "../../core/errors.ts";
import { type RawJson, parseJson } from "../../core/json-bytes.ts";
import { type Plan, type Reached, targetKinds } from "../../incident/index.ts";

const MOST_ITEMS = 2_000;
const MOST_BYTES = 2 * 1024 * 1024;
const text = (most = 2_000) => v.pipe(v.string(), v.maxLength(most));

const item = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[1-7]\.\d{1,4}$/)),
  step: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(7)),
  ...{ title: text(), owner: text(500), command: text(), breaks: text(), proof: text() },
  action: v.nullable(
    v.pipe(
      v.record(text(40), text(1_000)),
      v.check((action) => typeof action.do === "string"),
    ),
  ),
});

const plan = v.strictObject({
  target: v.strictObject({ kind: v.picklist(targetKinds), name: text(500) }),
  items: v.pipe(v.array(item), v.minLength(1), v.maxLength(MOST_ITEMS)),
});

const reached = v.strictObject({
  secrets: v.pipe(v.array(text(500)), v.maxLength(5_000)),
  identities: v.pipe(v.array(text(500)), v.maxLength(5_000)),
});

function read<T>(raw: RawJson | undefined, schema: v.GenericSchema<unknown, T>, what: string): T {
  if (raw === undefined || raw.bytes.length > MOST_BYTES)
    throw new BulkheadError("incident.invalid", { problem: `${what} is missing or too large` });
  const result = v.safeParse(schema, parseJson(raw), { abortEarly: true });
  if (result.success) return result.output;
  const path = result.issues[0].path?.map(({ key }) => String(key)).join(".") ?? "";
  throw new BulkheadError("incident.invalid", {
    problem: `${what}.${path} is not as it should be`.slice(0, 200),
  });
}

/** Throws `incident.invalid`. */
export function readPlan(raw: RawJson | undefined): Plan {
  const given = read(raw, plan, "plan");
  if (new Set(given.items.map(({ id }) => id)).size !== given.items.length)
    throw new BulkheadError("incident.invalid", { problem: "two items have one id" });
  return given as unknown as Plan;
}

export const readReached = (raw: RawJson | undefined): Reached => read(raw, reached, "reached");
