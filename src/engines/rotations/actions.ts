/** What callers may do: begin a rotation, take it further, turn it back, agree to it. */
import { BulkheadError } from "../../core/errors.ts";
import type { Secret } from "../../core/secret.ts";
import type { Call, Caller, MountContext, Reply } from "../../kernel/plugin.ts";
import { partsOf } from "../../rotate/steps.ts";
import { FINAL, type Row, type State } from "../../rotate/types.ts";
import { describe } from "./describe.ts";
import { drive, start } from "./drive.ts";
import { dataPath } from "./own.ts";
import { loadRow, type Place } from "./rows.ts";

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

function text(call: Call, name: string, most = 500): string {
  const value = call.fields.string(name) ?? "";
  if (value.length > most)
    throw new BulkheadError("request.invalid", { problem: `${name} is longer than ${most} characters` });
  return value;
}

function wanted(call: Call): Place {
  const place = {
    project: text(call, "project"),
    environment: text(call, "environment"),
    secret: text(call, "secret"),
  };
  for (const [name, value] of Object.entries(place))
    if (!NAME.test(value)) throw new BulkheadError("request.invalid", { problem: `${name} is not a name` });
  return place;
}

/** Whoever rotates a secret may write it: the right to begin rotations alone gives no secret away and replaces none. */
const refuseUnlessWriter = (context: MountContext, caller: Caller, place: Place): Promise<void> =>
  refuseUnless(context, caller, { place, right: "update" });

async function refuseUnless(
  { services }: MountContext,
  caller: Caller,
  { place, right }: { readonly place: Place; readonly right: "read" | "update" },
): Promise<void> {
  const rights = await services.access.capabilities(caller, dataPath(place));
  if (!rights.some((one) => one === right || one === "root"))
    throw new BulkheadError("auth.denied", { operation: right, path: dataPath(place) });
}

const callerOf = (call: Call): Caller => {
  if (call.caller === null) throw new BulkheadError("auth.missing-token");
  return call.caller;
};

export async function begin(context: MountContext, call: Call): Promise<Reply> {
  const place = wanted(call);
  const caller = callerOf(call);
  await refuseUnlessWriter(context, caller, place);
  const grace = call.fields.duration("grace");
  const row = await start(context, call.storage, {
    ...place,
    reason: text(call, "reason"),
    finding: text(call, "finding", 64),
    by: caller.displayName,
    principal: caller.principal,
    handle: text(call, "old_id", 300),
    // whose key that is cannot always be told: who says it must have the minter's rights anyhow, or be able to read the key
    mayName: (minter) =>
      minter === undefined
        ? refuseUnless(context, caller, { place, right: "read" })
        : refuseUnless(context, caller, { place: { ...place, secret: minter }, right: "update" }),
    // a leak has had its grace
    ...(grace !== undefined ? { grace } : text(call, "finding", 64) === "" ? {} : { grace: 0 }),
  });
  return { data: { id: row.id } };
}

export async function read(call: Call): Promise<Reply | null> {
  const row = await loadRow(call.storage, call.params.id ?? "");
  return row === null ? null : { data: describe(row) };
}

async function allowedRow(context: MountContext, call: Call): Promise<Row> {
  const id = call.params.id ?? "";
  const row = await loadRow(call.storage, id);
  if (row === null) throw new BulkheadError("rotation.unknown", { id: id.slice(0, 40) });
  await refuseUnlessWriter(context, callerOf(call), row);
  return row;
}

const wrongState = (row: Row, problem: string): BulkheadError =>
  new BulkheadError("rotation.state", { id: row.id, state: row.state, problem });

/** `check`: what the stages' checks gave; `value`: what a person brings; `revoked`: a person revoked the old one; `now`: no more grace. */
export async function goOn(context: MountContext, call: Call): Promise<Reply> {
  const { id } = await allowedRow(context, call);
  const check = call.fields.string("check");
  const values = call.fields.map("values");
  const value = call.fields.secret("value");
  const row = await drive(context, call.storage, id, (found) => {
    if (FINAL.has(found.state)) return found;
    let row = found;
    if (check !== undefined && check !== "")
      row = checked(row, check, {
        stages: text(call, "stages", 2_000),
        note: text(call, "note"),
        now: context.clock.now(),
      });
    if (value !== undefined || values !== undefined) row = brought(row, value, values);
    if (call.fields.bool("revoked") === true) row = revoked(row);
    if (call.fields.bool("now") === true) row = hurried(row, context.clock.now());
    return row;
  });
  return { data: describe(row) };
}

interface Checked {
  /** Comma-separated; empty: all that are waited for. */
  readonly stages: string;
  readonly note: string;
  readonly now: number;
}

function checked(row: Row, check: string, { stages, note, now }: Checked): Row {
  if (row.state !== "checking") throw wrongState(row, "no check is waited for");
  if (check !== "passed" && check !== "failed")
    throw new BulkheadError("request.invalid", { problem: "check is `passed` or `failed`" });
  const done = stages === "" ? row.checks : stages.split(",");
  const step = { step: "check", time: now, note: `${done.join(", ")}${note === "" ? "" : `: ${note}`}` };
  if (check === "passed")
    return {
      ...row,
      checks: row.checks.filter((name) => !done.includes(name)),
      steps: [...row.steps, { ...step, state: "done" }],
    };
  const problem = `the check of ${done.join(", ")} fails with the new one`;
  return { ...row, state: "undoing", problem, steps: [...row.steps, { ...step, state: "failed" }] };
}

function brought(
  row: Row,
  value: Secret | undefined,
  values: Readonly<Record<string, string>> | undefined,
): Row {
  if (row.state !== "asking") throw wrongState(row, "no value is waited for");
  const old = partsOf(row.old);
  const next: Record<string, string> = {};
  if (value !== undefined)
    next[old.has("value") || old.size !== 1 ? "value" : ([...old.keys()][0] ?? "value")] = value
      .reveal()
      .toString("base64");
  for (const [name, given] of Object.entries(values ?? {}))
    next[name] = Buffer.from(given).toString("base64");
  const same = Object.entries(next).every(([name, given]) => row.old?.[name] === given);
  for (const one of old.values()) one.wipe();
  if (same) throw wrongState(row, "this is the old value");
  return { ...row, next, state: "verifying", begun: true };
}

function revoked(row: Row): Row {
  if (row.state !== "killing" && row.state !== "failed-needs-person")
    throw wrongState(row, "nobody was asked to revoke it");
  return { ...row, state: "proving", failures: 0 };
}

const hurried = (row: Row, now: number): Row =>
  row.state === "approval" ? row : { ...row, nextTry: row.state === "grace" ? now : null };

const TURNS: ReadonlySet<State> = new Set([
  "approval",
  "creating",
  "asking",
  "verifying",
  "promoting",
  "telling",
  "checking",
  "grace",
]);

export async function rollBack(context: MountContext, call: Call): Promise<Reply> {
  const { id } = await allowedRow(context, call);
  const note = text(call, "reason");
  const row = await drive(context, call.storage, id, (found) => {
    if (!TURNS.has(found.state))
      throw wrongState(found, "the old one is revoked, or it is over: there is no way back");
    return { ...found, state: "undoing", problem: note || "turned back", failures: 0, nextTry: null };
  });
  return { data: describe(row) };
}

/** Another person than the one who asked for it. */
export async function approve(context: MountContext, call: Call): Promise<Reply> {
  const { id } = await allowedRow(context, call);
  const by = callerOf(call);
  if (by.actor !== "person" || by.principal === "") throw new BulkheadError("approval.no-person");
  const row = await drive(context, call.storage, id, (found) => {
    if (found.state !== "approval") throw wrongState(found, "nobody has to agree");
    if (found.principal === by.principal) throw new BulkheadError("approval.own");
    if (found.approvals.includes(by.principal)) throw new BulkheadError("approval.twice");
    return { ...found, approvals: [...found.approvals, by.principal] };
  });
  return { data: describe(row) };
}
