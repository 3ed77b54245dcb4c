/**
 * `bulkhead/rotations/`: replacing credentials at their providers, as durable rows that survive a crash at any point; schedules; freezes.
 * The steps are in `rotate/`; here they meet the store, the declaration and whoever asks.
 */
import { rfc3339 } from "../../core/clock.ts";
import { parseDuration } from "../../core/duration.ts";
import type { Storage } from "../../kernel/barrier/index.ts";
import type {
  Call,
  FieldDeclaration,
  MountContext,
  PathDeclaration,
  PluginType,
  Reply,
} from "../../kernel/plugin.ts";
import type { DeclaredProject } from "../../kernel/services.ts";
import { approve, begin, goOn, read, rollBack } from "./actions.ts";
import { describe } from "./describe.ts";
import { setFreeze } from "./freeze.ts";
import { loadRow, rowIds } from "./rows.ts";
import { doDue, listDue, planProject } from "./schedule.ts";

const MOST_LISTED = 1_000;
const DUE_SOON = 14 * 86_400_000;

const text = (description: string, required = false): FieldDeclaration => ({
  type: "string",
  description,
  required,
  plain: true,
});
const hidden = (description: string): FieldDeclaration => ({ type: "string", description });

async function list(call: Call): Promise<Reply | null> {
  const wanted = ["project", "environment", "secret", "state"] as const;
  const found = [];
  for (const id of await rowIds(call.storage)) {
    const row = await loadRow(call.storage, id);
    if (
      row === null ||
      !wanted.every((name) => [undefined, "", row[name]].includes(call.fields.string(name)))
    )
      continue;
    found.push(row);
    if (found.length === MOST_LISTED) break;
  }
  if (found.length === 0) return null;
  return {
    data: {
      keys: found.map(({ id }) => id),
      key_info: Object.fromEntries(found.map((row) => [row.id, describe(row)])),
    },
  };
}

async function due(context: MountContext, call: Call): Promise<Reply> {
  const given = call.fields.string("within") ?? "";
  const found = await listDue(context, call.storage, given === "" ? DUE_SOON : parseDuration(given));
  return {
    data: {
      keys: found.map(
        ({ project, environment, secret }) => `${String(project)}/${String(environment)}/${String(secret)}`,
      ),
      due: found,
    },
  };
}

async function freeze({ clock }: MountContext, call: Call): Promise<Reply> {
  const span = call.fields.duration("for") ?? 0;
  const until = span === 0 ? 0 : clock.now() + span;
  const reason = (call.fields.string("reason") ?? "").slice(0, 300);
  await setFreeze(call.storage, call.fields.string("project") ?? "", { until, reason });
  return { data: { until: until === 0 ? null : rfc3339(until) } };
}

/** Projects whose declaration this process has seen: rows are compared again when another one is there. */
class Planned {
  #seen = new Map<string, DeclaredProject>();
  async follow(context: MountContext, storage: Storage): Promise<void> {
    const projects = await context.services.values.projects();
    const gone = new Set(this.#seen.keys());
    for (const project of projects) {
      gone.delete(project.name);
      if (this.#seen.get(project.name) === project) continue;
      await planProject(context, storage, project.name);
      this.#seen.set(project.name, project);
    }
    for (const name of gone) {
      await planProject(context, storage, name);
      this.#seen.delete(name);
    }
  }
}

const both = (handler: (call: Call) => Promise<Reply | null | undefined>) => ({
  create: handler,
  update: handler,
});

function paths(context: MountContext, planned: Planned): PathDeclaration[] {
  const runDueNow = async ({ storage }: Call): Promise<Reply> => {
    await planned.follow(context, storage);
    return { data: { done: await doDue(context, storage) } };
  };
  return [
    {
      pattern: "",
      summary: "Begins a rotation; lists rotations, newest first",
      fields: {
        project: text("The project"),
        environment: text("The environment"),
        secret: text("The declared secret"),
        state: text("Of a list: in this state only"),
        reason: text("Why it is rotated"),
        finding: text("The finding that asks for it: the old one gets no grace"),
        grace: {
          type: "duration",
          description: "How long the old one lives on, in place of the declared time",
          plain: true,
        },
        old_id: hidden("What the provider calls the old key, where it cannot be told"),
      },
      operations: { list, ...both((call) => begin(context, call)) },
    },
    {
      pattern: "due",
      summary: "What is due or will be soon, with owner",
      fields: { within: text("How soon; 14d when left out") },
      operations: { read: (call) => due(context, call), list: (call) => due(context, call) },
    },
    { pattern: "run-due", summary: "Does what is due now", operations: both(runDueNow) },
    {
      pattern: "freeze",
      summary: "Begins no rotation for a while",
      fields: {
        project: text("Of this project only"),
        for: { type: "duration", description: "How long; 0 ends it", plain: true },
        reason: text("Why"),
      },
      operations: both((call) => freeze(context, call)),
    },
    {
      pattern: "{id}/continue",
      summary: "Takes a rotation as far as it goes",
      fields: {
        check: text("What the stages' checks gave: passed or failed"),
        stages: text("Of which stages, comma-separated; all when left out"),
        note: text("What is to be remembered of the check"),
        value: { type: "secret", description: "The new value that a person brings" },
        values: { type: "map", description: "Its parts, where it has several" },
        revoked: { type: "bool", description: "A person has revoked the old one", plain: true },
        now: { type: "bool", description: "Ends the grace period, or a wait for the next try", plain: true },
      },
      operations: both((call) => goOn(context, call)),
    },
    {
      pattern: "{id}/rollback",
      summary: "Makes the old value current again and removes the new one",
      fields: { reason: text("Why") },
      operations: both((call) => rollBack(context, call)),
    },
    {
      pattern: "{id}/approve",
      summary: "Agrees to a rotation that somebody else asked for",
      operations: both((call) => approve(context, call)),
    },
    { pattern: "{id}", summary: "One rotation with its steps", operations: { read } },
  ];
}

export const rotations: PluginType = {
  type: "bulkhead-rotations",
  title: "Rotations",
  description: "Replaces credentials at their providers",
  builtinAt: "bulkhead/rotations/",
  create: (context) => {
    const planned = new Planned();
    return {
      paths: paths(context, planned),
      tidy: async (storage) => {
        await planned.follow(context, storage);
        await doDue(context, storage);
      },
    };
  },
};
