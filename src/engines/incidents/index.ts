/**
 * `bulkhead/incidents/`: incidents as they are worked off, over crashes and by several people. A plan comes in as data and each item is a
 * row; who executes it does so with his own rights elsewhere and says here what came of it. Records are signed by the store.
 */
import { createHash, createPublicKey } from "node:crypto";
import { readAuditLog } from "../../audit-log/index.ts";
import { rfc3339 } from "../../core/clock.ts";
import { BulkheadError } from "../../core/errors.ts";
import type { ReplyValue } from "../../core/json-bytes.ts";
import { envelopeOf, receiptKeyId } from "../../core/receipt.ts";
import { type IncidentRecord, type Misuse, recordMarkdown, searchMisuse } from "../../incident/index.ts";
import { safeName } from "../../inventory/anomalies/index.ts";
import type {
  Call,
  Caller,
  FieldDeclaration,
  Handler,
  MountContext,
  PluginType,
  Reply,
} from "../../kernel/plugin.ts";
import { readPlan, readReached } from "./input.ts";
import { begin, end } from "./items.ts";
import {
  type Incident,
  addEvent,
  incidentIds,
  loadEvents,
  loadIncident,
  loadItem,
  newIncidentId,
  putIncident,
  signingKey,
} from "./rows.ts";

/** Of the in-toto statement that holds a record. */
const PREDICATE = "https://bulkhead.dev/incident/v1";
const STATEMENT = "https://in-toto.io/Statement/v1";
const MOST_NOTE = 2_000;

const text = (description: string, required = false): FieldDeclaration => ({
  type: "string",
  description,
  required,
  plain: true,
});
const both = (handler: Handler) => ({ create: handler, update: handler });

async function required(call: Call): Promise<Incident> {
  const id = call.params.id ?? "";
  const incident = await loadIncident(call.storage, id);
  if (incident === null) throw new BulkheadError("incident.unknown", { id: id.slice(0, 64) });
  return incident;
}

const nameOf = ({ caller }: Call): string => safeName(caller?.displayName ?? "");
const noteOf = (call: Call, name = "note"): string =>
  (call.fields.string(name) ?? "").slice(0, MOST_NOTE).replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");

function person(caller: Caller | null): void {
  if (caller === null || caller.actor === "machine" || (!caller.root && caller.actor !== "person"))
    throw new BulkheadError("incident.no-person");
}

async function create({ clock }: MountContext, call: Call): Promise<Reply> {
  const [plan, reached] = [readPlan(call.fields.json("plan")), readReached(call.fields.json("reached"))];
  const now = clock.now();
  const span = call.fields.duration("since") ?? 0;
  const incident: Incident = {
    ...{ id: newIncidentId(now), state: "open", target: plan.target, reached, plan: plan.items },
    ...{ since: now - span, created: now, closed: null, by: nameOf(call) },
  };
  await call.storage.transaction(async (tx) => {
    putIncident(tx, incident);
    await addEvent(tx, incident.id, {
      time: now,
      by: incident.by,
      what: `opens the incident, with ${plan.items.length} items`,
    });
  });
  return { data: { id: incident.id } };
}

async function recordOf(call: Call, incident: Incident): Promise<IncidentRecord> {
  const { id, state, target, plan, created, closed, by } = incident;
  const items = [];
  for (const { id: item } of plan) {
    const row = await loadItem(call.storage, id, item);
    items.push({
      id: item,
      state: row.state,
      by: row.by,
      time: row.time === null ? null : rfc3339(row.time),
      note: row.note,
    });
  }
  const events = await loadEvents(call.storage, id);
  return {
    ...{ id, state, target, by, plan, items },
    ...{ created: rfc3339(created), closed: closed === null ? null : rfc3339(closed) },
    timeline: events.map(({ time, by: who, what }) => ({ time: rfc3339(time), by: who, what })),
  };
}

async function list(call: Call): Promise<Reply | null> {
  const found = [];
  for (const id of await incidentIds(call.storage)) {
    const incident = await loadIncident(call.storage, id);
    if (incident !== null) found.push(incident);
  }
  if (found.length === 0) return null;
  const shown = found.map(({ id, state, target, created, by, plan }) => [
    id,
    { id, state, target: { ...target }, created_time: rfc3339(created), by, items: plan.length },
  ]);
  return { data: { keys: found.map(({ id }) => id), key_info: Object.fromEntries(shown) as ReplyValue } };
}

async function read(call: Call): Promise<Reply> {
  return { data: (await recordOf(call, await required(call))) as unknown as Record<string, ReplyValue> };
}

const askedOf = (context: MountContext, call: Call) => ({
  ...{ incident: call.params.id ?? "", item: call.params.item ?? "" },
  ...{ by: nameOf(call), now: context.clock.now() },
});

async function finish(context: MountContext, call: Call): Promise<Reply> {
  const state = call.fields.string("state") ?? "";
  const claim = call.fields.string("claim") ?? "";
  if (state !== "done" && state !== "failed" && state !== "waiting")
    throw new BulkheadError("request.invalid", { problem: "state is done, failed or waiting" });
  const { plan } = await required(call);
  if (state === "done" && plan.find(({ id }) => id === call.params.item)?.action === null)
    person(call.caller);
  await end(call.storage, askedOf(context, call), { state, note: noteOf(call), claim });
  return { data: { state } };
}

async function byPerson(context: MountContext, call: Call, state: "done" | "excused"): Promise<Reply> {
  person(call.caller);
  const note = noteOf(call, state === "excused" ? "reason" : "note");
  if (state === "excused" && note.trim() === "")
    throw new BulkheadError("request.invalid", { problem: "give the reason" });
  await end(call.storage, askedOf(context, call), { state, note, claim: null });
  return { data: { state } };
}

/** Of this node's log: others have their own. */
async function search(context: MountContext, call: Call): Promise<Reply> {
  const incident = await required(call);
  const folder = context.services.auditFolder.here()?.folder;
  const nothing: Misuse = { from: null, to: null, entries: 0, anomalies: [], fetches: [] };
  const found =
    folder === undefined
      ? nothing
      : await searchMisuse(readAuditLog(folder), incident.reached, incident.since);
  const [odd, readers] = [found.anomalies.length, found.fetches.length];
  const what = `searched ${found.entries} audit entries: ${odd} ${odd === 1 ? "anomaly" : "anomalies"}, ${readers} ${readers === 1 ? "reader" : "readers"} of what was reached`;
  await call.storage.transaction(async (tx) => {
    const event = { time: context.clock.now(), by: nameOf(call) };
    await addEvent(tx, incident.id, { ...event, what });
    for (const { time, rule, text: said } of found.anomalies)
      await addEvent(tx, incident.id, { ...event, what: `found ${rule} at ${rfc3339(time)}: ${said}` });
    for (const { secret, who, remote, count, first, last } of found.fetches)
      await addEvent(tx, incident.id, {
        ...event,
        what: `found ${count} fetches of ${secret} by ${who} from ${remote}, ${rfc3339(first)} to ${rfc3339(last)}`,
      });
  });
  return { data: { summary: what, ...(found as unknown as Record<string, ReplyValue>) } };
}

async function close(context: MountContext, call: Call): Promise<Reply> {
  person(call.caller);
  const incident = await required(call);
  if (incident.state === "closed") throw new BulkheadError("incident.closed", { id: incident.id });
  const { items } = await recordOf(call, incident);
  const left = items.filter(({ state }) => state !== "done" && state !== "excused");
  if (left.length > 0)
    throw new BulkheadError("incident.open", {
      problem: `${left.length} items are left: ${left
        .map(({ id }) => id)
        .slice(0, 10)
        .join(", ")}`,
    });
  const [mended, facts] = [call.fields.bool("mended"), noteOf(call, "boundary")];
  if (mended !== true)
    throw new BulkheadError("incident.boundary", {
      problem: facts || "the pipeline's audit was not handed in",
    });
  await call.storage.transaction(async (tx) => {
    const now = context.clock.now();
    putIncident(tx, { ...incident, state: "closed", closed: now });
    await addEvent(tx, incident.id, { time: now, by: nameOf(call), what: `closes the incident: ${facts}` });
  });
  return { data: { state: "closed" } };
}

/** The record as JSON in a signed statement, and as Markdown with the digest of that JSON below it. */
async function signed(call: Call): Promise<Reply> {
  const record = await recordOf(call, await required(call));
  const markdown = recordMarkdown(record);
  const statement = {
    _type: STATEMENT,
    subject: [
      {
        name: `incident:${record.id}`,
        digest: { sha256: createHash("sha256").update(markdown).digest("hex") },
      },
    ],
    predicateType: PREDICATE,
    predicate: record,
  };
  const key = await call.storage.transaction(signingKey);
  const keyid = receiptKeyId("store", key);
  const envelope = envelopeOf(Buffer.from(JSON.stringify(statement)), { keyid, key });
  const publicKey = createPublicKey(key).export({ format: "pem", type: "spki" }).toString();
  return { data: { envelope: JSON.stringify(envelope), markdown, keyid, public_key: publicKey } };
}

export const incidents: PluginType = {
  type: "bulkhead-incidents",
  title: "Incidents",
  description: "Incidents as they are worked off, and their records",
  builtinAt: "bulkhead/incidents/",
  create: (context) => {
    const start = (call: Call): Promise<Reply> => create(context, call);
    return {
      paths: [
        {
          pattern: "",
          summary: "Opens an incident; lists incidents, newest first",
          fields: {
            plan: {
              type: "json",
              description: "As `bulkhead incident plan --json` makes it: target and items",
              required: false,
            },
            reached: {
              type: "json",
              description: "Secrets (paths) and identities whose history is searched",
            },
            since: { type: "duration", description: "How long ago it may have begun", plain: true },
          },
          operations: { list, create: start, update: start },
        },
        {
          pattern: "{id}/items/{item}/begin",
          summary: "Takes an item, or goes on holding it",
          fields: { claim: { type: "string", description: "What the first call gave, to go on" } },
          operations: both(async (call) => ({
            data: await begin(call.storage, askedOf(context, call), call.fields.string("claim") ?? ""),
          })),
        },
        {
          pattern: "{id}/items/{item}/end",
          summary: "Says what came of an item that was taken",
          fields: {
            claim: { type: "string", description: "What `begin` gave", required: true },
            state: text("done, failed, or waiting: people must act", true),
            note: text("What proves it, or why it failed"),
          },
          operations: both((call) => finish(context, call)),
        },
        {
          pattern: "{id}/items/{item}/done",
          summary: "A person has done it",
          fields: { note: text("What proves it") },
          operations: both((call) => byPerson(context, call, "done")),
        },
        {
          pattern: "{id}/items/{item}/excuse",
          summary: "A person says why it is left out",
          fields: { reason: text("Why", true) },
          operations: both((call) => byPerson(context, call, "excused")),
        },
        {
          pattern: "{id}/search",
          summary: "Searches this node's audit log for misuse",
          operations: both((call) => search(context, call)),
        },
        {
          pattern: "{id}/close",
          summary: "Closes it, once nothing is left and the boundary is mended",
          fields: {
            mended: {
              type: "bool",
              description: "The pipeline's audit finds nothing that let it happen",
              plain: true,
            },
            boundary: text("What that audit found"),
          },
          operations: both((call) => close(context, call)),
        },
        { pattern: "{id}/record", summary: "The signed record", operations: { read: signed } },
        { pattern: "{id}", summary: "One incident, with its items and time line", operations: { read } },
      ],
    };
  },
};
