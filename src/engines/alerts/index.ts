/**
 * `bulkhead/alerts/`: what is unusual in the audit log, found by the rules of `inventory/anomalies/`, kept once each, told to the sinks
 * and acknowledged by people. Each node watches its own log.
 */
import { BulkheadError } from "../../core/errors.ts";
import type { ReplyValue } from "../../core/json-bytes.ts";
import {
  checkTuning,
  rules,
  safeName,
  settingsOf,
  severities,
  tuned,
} from "../../inventory/anomalies/index.ts";
import type {
  Call,
  Caller,
  FieldDeclaration,
  Handler,
  MountContext,
  PluginType,
  Reply,
} from "../../kernel/plugin.ts";
import { deliver } from "./deliver.ts";
import { describeAlert } from "./entry.ts";
import { testMessage } from "./message.ts";
import {
  acknowledge,
  alertIds,
  deleteSink,
  loadAlert,
  loadSink,
  loadTuning,
  putSink,
  putTuning,
  queued,
  sinkNames,
} from "./rows.ts";
import { type SinkEnvironment, checkSink, send, sinkTypes } from "./sinks/index.ts";
import { LogWatch } from "./watch.ts";

const MOST_LISTED = 1_000;
const MOST_SINKS = 20;
const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

const text = (description: string, required = false): FieldDeclaration => ({
  type: "string",
  description,
  required,
  plain: true,
});
const both = (handler: Handler) => ({ create: handler, update: handler });

const environmentOf = ({ services }: MountContext): SinkEnvironment => ({
  auditFolder: services.auditFolder.here()?.folder ?? null,
});

const FILTERS = ["state", "severity", "rule"] as const;

async function list(call: Call): Promise<Reply | null> {
  const wanted = FILTERS.map((name) => [name, call.fields.string(name) ?? ""] as const).filter(
    ([, value]) => value !== "",
  );
  const [project, before] = [call.fields.string("project") ?? "", call.fields.string("before") ?? ""];
  const limit = Math.min(MOST_LISTED, Math.max(1, call.fields.int("limit") ?? 100));
  const found: Record<string, ReplyValue>[] = [];
  for (const id of await alertIds(call.storage)) {
    if (before !== "" && id >= before) continue;
    const alert = await loadAlert(call.storage, id);
    if (alert === null || !wanted.every(([name, value]) => alert[name] === value)) continue;
    if (project !== "" && alert.who.project !== project) continue;
    found.push(describeAlert(alert));
    if (found.length === limit) break;
  }
  if (found.length === 0) return null;
  return {
    data: {
      keys: found.map(({ id }) => id ?? ""),
      key_info: Object.fromEntries(found.map((one) => [String(one.id), one])),
    },
  };
}

async function read(call: Call): Promise<Reply | null> {
  const alert = await loadAlert(call.storage, call.params.id ?? "");
  return alert === null ? null : { data: describeAlert(alert) };
}

/** A machine that could wave its own alerts through would make them worthless. */
function personOf(caller: Caller | null): string {
  if (caller === null || caller.actor === "machine" || (!caller.root && caller.actor !== "person"))
    throw new BulkheadError("alert.no-person");
  return caller.displayName;
}

async function acknowledged({ clock }: MountContext, call: Call): Promise<Reply> {
  const by = personOf(call.caller);
  const note = safeName(call.fields.string("note") ?? "");
  const id = call.params.id ?? "";
  const alert = await call.storage.transaction((tx) => acknowledge(tx, id, { by, note, at: clock.now() }));
  if (alert === null) throw new BulkheadError("alert.unknown", { id: id.slice(0, 64) });
  return { data: describeAlert(alert) };
}

async function listRules(call: Call): Promise<Reply> {
  const tuning = await loadTuning(call.storage);
  const shown = rules.map((rule): Record<string, ReplyValue> => {
    const own = tuning[rule.id];
    return {
      ...{
        id: rule.id,
        title: rule.title,
        severity: rule.severity,
        reason: rule.reason,
        says: rule.says,
        silent: rule.silent,
      },
      off: own?.off === true,
      settings: Object.fromEntries(
        Object.entries(rule.settings).map(([name, { default: standard, description, kind }]) => [
          name,
          { value: own?.settings?.[name] ?? standard, default: standard, kind, description },
        ]),
      ),
    };
  });
  return {
    data: {
      keys: rules.map(({ id }) => id),
      key_info: Object.fromEntries(shown.map((one) => [String(one.id), one])),
    },
  };
}

async function tune(call: Call): Promise<Reply> {
  const id = call.params.id ?? "";
  const [off, settings] = [call.fields.bool("off"), call.fields.map("settings")];
  const change = { ...(off !== undefined && { off }), ...(settings !== undefined && { settings }) };
  checkTuning(id, change);
  const tuning = await call.storage.transaction(async (tx) => {
    const changed = tuned(await loadTuning(tx), id, change);
    putTuning(tx, changed);
    return changed;
  });
  const rule = rules.find((one) => one.id === id);
  const numbers = rule === undefined ? {} : settingsOf(rule, tuning[id]?.settings);
  return {
    data: {
      id,
      off: tuning[id]?.off === true,
      settings: { ...tuning[id]?.settings },
      in_use: { ...numbers },
    },
  };
}

async function describeSink(call: Call, name: string): Promise<Record<string, ReplyValue> | null> {
  const sink = await loadSink(call.storage, name);
  if (sink === null) return null;
  const type = sinkTypes.find((one) => one.type === sink.type);
  return {
    ...{ name, type: sink.type, least: sink.least, failure: sink.failure },
    to: type?.shown(sink.options) ?? "",
    waiting: (await queued(call.storage, name)).length,
  };
}

async function listSinks(call: Call): Promise<Reply | null> {
  const names = await sinkNames(call.storage);
  if (names.length === 0) return null;
  const shown: Record<string, ReplyValue> = {};
  for (const name of names) shown[name] = await describeSink(call, name);
  return { data: { keys: names, key_info: shown } };
}

async function writeSink(context: MountContext, call: Call): Promise<undefined> {
  const name = call.params.name ?? "";
  const least = call.fields.string("least") ?? "low";
  if (!NAME.test(name))
    throw new BulkheadError("alert.bad-sink", { problem: "its name is small letters, digits and hyphens" });
  if (!severities.includes(least as never))
    throw new BulkheadError("alert.bad-sink", { problem: `least is ${severities.join(", ")}` });
  const [type, options] = [call.fields.string("type") ?? "", call.fields.map("options") ?? {}];
  checkSink(type, options, environmentOf(context));
  await call.storage.transaction(async (tx) => {
    const names = await sinkNames(tx);
    if (!names.includes(name) && names.length >= MOST_SINKS)
      throw new BulkheadError("alert.bad-sink", { problem: `there are ${MOST_SINKS} already` });
    putSink(tx, { name, type, options, least, told: [], failure: "" });
  });
}

async function testSink(context: MountContext, call: Call): Promise<Reply> {
  const name = call.params.name ?? "";
  const sink = await loadSink(call.storage, name);
  if (sink === null) throw new BulkheadError("alert.unknown-sink", { name: name.slice(0, 64) });
  const failure = await send(sink, testMessage(context.clock.now()), environmentOf(context));
  if (failure !== null) throw new BulkheadError("alert.not-sent", { name, reason: failure });
  return { data: { name, sent: true } };
}

export const alerts: PluginType = {
  type: "bulkhead-alerts",
  title: "Alerts",
  description: "What is unusual in the audit log, and whom it is told",
  builtinAt: "bulkhead/alerts/",
  watches: true,
  create: (context) => {
    const watch = new LogWatch(context);
    const now = (): number => context.clock.now();
    return {
      watch: async (storage, goesOn) => {
        await watch.round(storage, goesOn);
        await deliver(storage, { now, environment: environmentOf(context), goesOn });
      },
      paths: [
        {
          pattern: "entries",
          summary: "Lists alerts, newest first",
          fields: {
            state: text("open or acknowledged"),
            severity: text("Of this severity only"),
            rule: text("Of this rule only"),
            project: text("About this project only"),
            before: text("Older than this id"),
            limit: {
              type: "int",
              description: `At most so many, 100 by default, at most ${MOST_LISTED}`,
              plain: true,
            },
          },
          operations: { list },
        },
        {
          pattern: "entries/{id}/acknowledge",
          summary: "Says that a person has seen it: the same again is a new alert",
          fields: { note: text("What came of it") },
          operations: both((call) => acknowledged(context, call)),
        },
        { pattern: "entries/{id}", summary: "One alert", operations: { read } },
        { pattern: "rules", summary: "Lists the rules with their settings", operations: { list: listRules } },
        {
          pattern: "rules/{id}",
          summary: "Tunes a rule, or switches it off",
          fields: {
            off: { type: "bool", description: "No alert of this rule", plain: true },
            settings: { type: "map", description: "Settings by name; empty: the default again", plain: true },
          },
          operations: both(tune),
          sudo: true,
        },
        {
          pattern: "sinks",
          summary: "Lists the places where alerts are told",
          operations: { list: listSinks },
        },
        {
          pattern: "sinks/{name}/test",
          summary: "Sends a test message",
          operations: both((call) => testSink(context, call)),
          sudo: true,
        },
        {
          pattern: "sinks/{name}",
          summary: "A place where alerts are told",
          fields: {
            type: text(sinkTypes.map((one) => one.type).join(", ")),
            options: { type: "map", description: "By name, as its type has them" },
            least: text("Alerts of at least this severity; all by default"),
          },
          operations: {
            ...both((call) => writeSink(context, call)),
            read: async (call) => {
              const shown = await describeSink(call, call.params.name ?? "");
              return shown === null ? null : { data: shown };
            },
            delete: async (call) => {
              await call.storage.transaction((tx) => deleteSink(tx, call.params.name ?? ""));
            },
          },
          sudo: true,
        },
      ],
    };
  },
};
