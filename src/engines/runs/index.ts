/**
 * `bulkhead/runs/`: one entry a run of a stage. A run's tokens carry its id in their metadata, so that ending or revoking a run,
 * a stage or an environment ends every token of it at once; what outlives its time is swept.
 */
import { BulkheadError } from "../../core/errors.ts";
import type {
  Call,
  FieldDeclaration,
  MountContext,
  PathDeclaration,
  PluginType,
  Reply,
} from "../../kernel/plugin.ts";
import { type Run, type RunState, describeRun, newRunId } from "./record.ts";
import { STATEMENT, ownRun, readKey, readReceipt, signGiven, signOwn } from "./receipts.ts";
import { createRun, endRun, listRuns, loadRun, sweepRuns } from "./runs.ts";

const text = (description: string, required = false): FieldDeclaration => ({
  type: "string",
  description,
  required,
  plain: true,
});
const number = (description: string): FieldDeclaration => ({ type: "int", description, plain: true });

const OUTCOME = {
  exit_code: number("The job's exit code"),
  isolation: text("The isolation level the run had"),
  masks: number("How often a value was masked in what it wrote"),
};

function shortText(call: Call, name: string): string {
  const value = call.fields.string(name) ?? "";
  if (value.length > 512)
    throw new BulkheadError("request.invalid", { problem: `${name} is longer than 512 characters` });
  return value;
}

/** What tokens of a stage or environment carry in their metadata. */
function chosen(call: Call): Record<string, string> {
  const where: Record<string, string> = {};
  for (const name of ["project", "stage", "environment"]) {
    const value = shortText(call, name);
    if (value !== "") where[name] = value;
  }
  return where;
}

async function create(context: MountContext, call: Call): Promise<Reply> {
  await sweepRuns(context, call.storage);
  const now = context.clock.now();
  const ttl = call.fields.duration("ttl") ?? 0;
  const run: Run = {
    id: newRunId(now),
    project: shortText(call, "project"),
    stage: shortText(call, "stage"),
    environment: shortText(call, "environment"),
    commit: shortText(call, "commit"),
    actor: shortText(call, "actor"),
    host: shortText(call, "host"),
    pid: call.fields.int("pid") ?? null,
    state: "running",
    created: now,
    expires: ttl > 0 ? now + ttl : null,
    ended: null,
    exitCode: null,
    isolation: null,
    masks: null,
    begunBy: call.caller?.accessor ?? "",
  };
  await createRun(call.storage, run);
  return { data: describeRun(run) };
}

/**
 * The run of a token that is a stage's own (a platform's login): stage and environment are what its role says, never what is sent, and it
 * ends this run and no other.
 */
async function createOwn(context: MountContext, call: Call): Promise<Reply> {
  const { metadata = {}, accessor = "", displayName = "", expireTime = null } = call.caller ?? {};
  const { project, stage, environment } = metadata;
  if (project === undefined || stage === undefined || environment === undefined)
    throw new BulkheadError("request.invalid", { problem: "the token is no stage's" });
  const now = context.clock.now();
  const ttl = call.fields.duration("ttl") ?? 0;
  const run: Run = {
    ...{ id: newRunId(now), project, stage, environment, accessor, begunBy: accessor },
    ...{ commit: shortText(call, "commit"), actor: displayName, host: shortText(call, "host") },
    ...{ pid: call.fields.int("pid") ?? null, state: "running", created: now },
    ...{
      expires: ttl > 0 ? now + ttl : expireTime,
      ended: null,
      exitCode: null,
      isolation: null,
      masks: null,
    },
  };
  await createRun(call.storage, run);
  return { data: describeRun(run) };
}

async function endOwn(context: MountContext, call: Call): Promise<Reply> {
  const { id } = await ownRun(call);
  const { leases } = context.services;
  const left: string[] = [];
  for (const lease of call.fields.strings("leases") ?? []) {
    if ((await leases.lookup(lease)) !== null) await leases.revoke(lease);
    if ((await leases.lookup(lease)) !== null) left.push(lease);
  }
  return { data: { ...describeRun(await recordEnd(context, call, id, "ended")), leases_left: left } };
}

function recordEnd({ clock }: MountContext, call: Call, id: string, state: RunState): Promise<Run> {
  return endRun(call.storage, id, {
    state,
    ended: clock.now(),
    exitCode: call.fields.int("exit_code") ?? null,
    isolation: shortText(call, "isolation") || null,
    masks: call.fields.int("masks") ?? null,
  });
}

async function read(call: Call): Promise<Reply | null> {
  const run = await loadRun(call.storage, call.params.id ?? "");
  return run === null ? null : { data: describeRun(run) };
}

async function list(call: Call): Promise<Reply | null> {
  const page = await listRuns(call.storage, {
    where: chosen(call),
    after: call.fields.string("after") || undefined,
    limit: call.fields.int("limit") ?? 0,
  });
  if (page.runs.length === 0) return null;
  return {
    data: {
      keys: page.runs.map(({ id }) => id),
      key_info: Object.fromEntries(page.runs.map((run) => [run.id, describeRun(run)])),
      next: page.next,
    },
  };
}

/** Tokens first, then the record: a crash in between leaves a run that is ended again, never live tokens of an ended run. */
async function finish(context: MountContext, call: Call, state: RunState): Promise<Reply> {
  const id = call.params.id ?? "";
  const run = await loadRun(call.storage, id);
  if (run === null) throw new BulkheadError("run.unknown", { id: id.slice(0, 64) });
  const { tokens } = context.services;
  const own = run.accessor === undefined ? null : await tokens.lookupAccessor(run.accessor);
  const revoked =
    (own !== null && (await tokens.revoke(own.tokenHash)) ? 1 : 0) +
    (await tokens.revokeWhere({ run: run.id }, { batches: state === "revoked" }));
  const ended = await recordEnd(context, call, run.id, state);
  return { data: { ...describeRun(ended), revoked_tokens: revoked } };
}

async function revokeMany(context: MountContext, call: Call): Promise<Reply> {
  const where = chosen(call);
  if (where.project === undefined)
    throw new BulkheadError("request.invalid", {
      problem: "name the project whose tokens are to be revoked",
    });
  const revoked = await context.services.tokens.revokeWhere(where, { batches: true });
  return { data: { revoked_tokens: revoked } };
}

async function tidy(context: MountContext, call: Call): Promise<Reply> {
  return { data: { ...(await sweepRuns(context, call.storage)) } };
}

function paths(context: MountContext): PathDeclaration[] {
  const start = (call: Call): Promise<Reply> => create(context, call);
  const named = (run: (context: MountContext, call: Call) => Promise<Reply>) => {
    const handler = (call: Call): Promise<Reply> => run(context, call);
    return { create: handler, update: handler };
  };
  const selection = {
    project: text("The project's name"),
    stage: text("The stage's name"),
    environment: text("The environment's name"),
  };
  return [
    {
      pattern: "",
      summary: "Starts a run; lists runs, newest first",
      fields: {
        ...selection,
        commit: text("The commit the stage runs from"),
        actor: text("Who started it"),
        host: text("Where it runs"),
        pid: number("The job's process id"),
        ttl: { type: "duration", description: "After this its tokens are revoked", plain: true },
        after: text("List: runs older than this id"),
        limit: number("List: at most so many (default 100, at most 1000)"),
      },
      operations: { list, create: start, update: start },
    },
    {
      pattern: "revoke",
      summary: "Revokes every token of a project, a stage or an environment",
      fields: selection,
      operations: named(revokeMany),
    },
    { pattern: "tidy", summary: "Revokes the tokens of runs whose time is over", operations: named(tidy) },
    {
      pattern: "self",
      summary: "Records the run of the caller's own token, as a stage's role names it",
      fields: {
        commit: text("The commit the stage runs from"),
        host: text("Where it runs"),
        pid: number("The job's process id"),
        ttl: { type: "duration", description: "After this its time is over", plain: true },
      },
      operations: named(createOwn),
    },
    {
      pattern: "self/end",
      summary: "Records the end of a run that the caller's own token began",
      fields: {
        id: text("The run's id", true),
        leases: { type: "strings", description: "Leases to end now; the token ends with the receipt" },
        ...OUTCOME,
      },
      operations: named(endOwn),
    },
    {
      pattern: "self/receipt",
      summary:
        "Signs and keeps the receipt of a run that the caller's own token began, and ends that token before",
      fields: { id: text("The run's id", true), ...STATEMENT },
      operations: named(signOwn),
    },
    {
      pattern: "receipt-key",
      summary: "The public key of the receipts that are signed here",
      operations: { read: (call) => readKey(call) },
    },
    {
      pattern: "{id}/receipt",
      summary: "Signs and keeps a run's receipt; gives it out",
      fields: STATEMENT,
      operations: { ...named(signGiven), read: readReceipt },
    },
    {
      pattern: "{id}/end",
      summary: "Records a run's end and revokes its tokens",
      fields: OUTCOME,
      operations: named((ctx, call) => finish(ctx, call, "ended")),
    },
    {
      pattern: "{id}/revoke",
      summary: "Revokes a run's tokens",
      operations: named((ctx, call) => finish(ctx, call, "revoked")),
    },
    { pattern: "{id}", summary: "One run", operations: { read } },
  ];
}

export const runs: PluginType = {
  type: "bulkhead-runs",
  title: "Runs",
  description: "Runs of stages and the revocation of their tokens",
  builtinAt: "bulkhead/runs/",
  create: (context) => ({
    paths: paths(context),
    tidy: async (storage) => {
      await sweepRuns(context, storage);
    },
  }),
};
