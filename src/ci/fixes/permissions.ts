/** The least permissions of a job, from what its steps are seen to do. Never more than it has. */
import { effective } from "../authority/permissions.ts";
import type { Fix, TextEdit } from "../checks/types.ts";
import { wordsOf } from "../effects/of-script.ts";
import type { Access, Job, Step } from "../model.ts";
import { span } from "../spans.ts";
import { beforeKey, indentAt, isBlockKey, wholeLines } from "./edits.ts";
import { actionNeeds, commandNeeds } from "./scopes.ts";

interface Needed {
  readonly scopes: Map<string, "read" | "write">;
  /** False: a step does what nobody can see. */
  certain: boolean;
}

/** `seen`: composite actions on the way here. */
function collect(steps: readonly Step[], into: Needed, depth = 0): void {
  const add = (needs: Readonly<Record<string, "read" | "write">>): void => {
    for (const [scope, access] of Object.entries(needs))
      if (into.scopes.get(scope) !== "write") into.scopes.set(scope, access);
  };
  for (const step of steps) {
    const { uses, run, effects } = step;
    if (effects.authorities.some(({ auth }) => auth === "oidc")) add({ "id-token": "write" });
    if (effects.authorities.some(({ system }) => system.id === "ghcr")) add({ packages: "write" });
    if (uses !== null) {
      if (uses.action?.using === "composite" && depth < 8) collect(uses.action.steps, into, depth + 1);
      else {
        const needs = actionNeeds(uses.slug);
        if (needs === null) into.certain = false;
        else add(needs);
      }
    }
    if (run === null) continue;
    if (run.language !== "sh" && run.language !== "powershell") into.certain = false;
    if (!effects.known) into.certain = false;
    for (const command of run.commands) {
      const words = wordsOf(command);
      const needs = words === null ? undefined : commandNeeds([words.program, ...words.plain].join(" "));
      if (needs === null) into.certain = false;
      else if (needs !== undefined) add(needs);
    }
  }
}

/** Null where nothing would be taken away, or where no edit is possible. */
export function leastPermissions(job: Job): Fix | null {
  if (job.call !== null || job.steps.length === 0) return null;
  const needed: Needed = { scopes: new Map(), certain: true };
  collect(job.steps, needed);
  const token = [...job.credentials].some(
    ({ kind, scope }) => kind === "run-token" && scope !== "condition" && scope !== "input",
  );
  if (token && ![...needed.scopes.keys()].some((scope) => scope !== "contents" && scope !== "id-token"))
    needed.certain = false;
  // A script may log in by itself: the identity stays where it was given on purpose.
  if (!needed.certain && effective(job, "id-token") === "write") needed.scopes.set("id-token", "write");
  const scopes = new Map<string, Access>();
  for (const [scope, access] of [...needed.scopes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const has = effective(job, scope);
    if (has === "none") continue;
    scopes.set(scope, has === "read" ? "read" : access);
  }
  const edits = editsFor(job, scopes);
  if (edits === null || edits.length === 0) return null;
  const list = [...scopes].map(([scope, access]) => `${scope}: ${access}`).join(", ");
  return {
    title: `give \`${job.id}\` only ${list === "" ? "no permissions" : list}`.replace("only no", "no"),
    safety: needed.certain ? "safe" : "review",
    edits,
  };
}

function editsFor(job: Job, scopes: ReadonlyMap<string, Access>): readonly TextEdit[] | null {
  const { permissions } = job;
  const { file } = permissions.span;
  const lines = block(scopes);
  if (permissions.kind === "absent") {
    const edit = beforeKey(file, permissions.span.start, lines);
    return edit === null ? null : [edit];
  }
  if (permissions.kind === "map") {
    const wider = permissions.entries.filter(
      ({ scope, access }) => RANK[access] > RANK[scopes.get(scope) ?? "none"],
    );
    if (wider.length === 0) return [];
    const flow = file.text.slice(permissions.span.start, permissions.span.end).includes("{");
    if (!flow && wider.length < permissions.entries.length + (scopes.size > 0 ? 1 : 0) && scopes.size > 0)
      return wider.map(({ scope, span: at }) => {
        const access = scopes.get(scope);
        if (access === undefined) {
          const whole = wholeLines(file, at.start, at.end);
          return { span: span(file, whole.start, whole.end), text: "" };
        }
        const value = file.text.slice(at.start, at.end).replace(/[a-z]+$/, access);
        return { span: at, text: value };
      });
  }
  if (!isBlockKey(file, permissions.span.start)) return null;
  const indent = indentAt(file, permissions.span.start);
  return [{ span: permissions.span, text: lines.join(`\n${indent}`) }];
}

const RANK: Readonly<Record<Access, number>> = { none: 0, read: 1, write: 2, unknown: 2 };

const block = (scopes: ReadonlyMap<string, Access>): string[] =>
  scopes.size === 0
    ? ["permissions: {}"]
    : ["permissions:", ...[...scopes].map(([scope, access]) => `  ${scope}: ${access}`)];
