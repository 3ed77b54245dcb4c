/** A plan for people: `+` made, `~` changed, `-` removed, then what they should know. Names and paths, never values. */
import type { Json, JsonObject } from "../core/ports/manifest-api.ts";
import { canonical } from "./desired.ts";
import type { PlanFinding } from "./findings.ts";
import type { Plan, PlannedWrite } from "./plan.ts";

export interface RenderOptions {
  readonly color: boolean;
}

const SIGNS = { create: "+", update: "~", delete: "-" } as const;
const COLORS = { "+": 32, "~": 33, "-": 31, "!": 31, "?": 33, bold: 1, dim: 2 } as const;
const TOLD_WHEN_NEW = new Set(["type", "options", "token_max_ttl"]);
type Paint = (name: keyof typeof COLORS, text: string) => string;

/** Ends with a line end. */
export function renderPlan(plan: Plan, { color }: RenderOptions): string {
  const paint: Paint = (name, text) => (color ? `\u001b[${COLORS[name]}m${text}\u001b[0m` : text);
  const lines = [
    `${paint("bold", plan.project)}: ${count(plan.stages, "stage")}, ${count(plan.environments, "environment")}`,
    "",
  ];
  const changes = plan.writes.filter(({ action }) => action !== "same");
  const width = Math.max(0, ...changes.map(({ what }) => what.length));
  for (const write of changes) lines.push(...renderWrite(write, width, paint));
  if (changes.length > 0) lines.push("");
  lines.push(paint("bold", summary(plan)));
  if (plan.findings.length > 0) lines.push("");
  for (const finding of plan.findings) lines.push(renderFinding(finding, plan.file, paint));
  return `${lines.join("\n")}\n`;
}

function renderWrite(
  { action, what, name, before, after }: PlannedWrite,
  width: number,
  paint: Paint,
): string[] {
  if (action === "same") return [];
  const sign = SIGNS[action];
  const head = `  ${paint(sign, sign)} ${what.padEnd(width)}  ${show(name)}`;
  if (action === "delete")
    return [what === "role" ? `${head} ${paint("dim", "(its tokens are revoked)")}` : head];
  const indent = " ".repeat(6 + width);
  return [
    head,
    ...members(before ?? {}, after ?? {}).map(([one, text]) => `${indent}${paint(one, `${one} ${text}`)}`),
  ];
}

/** What differs, member by member; of a policy, path by path. */
function members(before: JsonObject, after: JsonObject): (readonly ["+" | "~" | "-", string])[] {
  return Object.keys({ ...before, ...after }).flatMap((key): (readonly ["+" | "~" | "-", string])[] => {
    const [old, now] = [before[key], after[key]];
    if (canonical(old) === canonical(now) || key === "digest" || key === "description") return [];
    if (key === "policy") return setDiff(pathsOf(old), pathsOf(now));
    if (Array.isArray(old) && Array.isArray(now)) return setDiff(old.map(show), now.map(show));
    // Of what is new only what differs from one to the next: the rest is the same for all roles.
    const isNew = Object.keys(before).length === 0;
    if (key === "roles" || (isNew && !TOLD_WHEN_NEW.has(key))) return [];
    if (old === undefined) return [["+", `${key} ${show(now)}`]];
    return [["~", `${key} ${show(old)} → ${show(now)}`]];
  });
}

function setDiff(old: readonly string[], now: readonly string[]): (readonly ["+" | "-", string])[] {
  return [
    ...now.filter((one) => !old.includes(one)).map((one) => ["+", one] as const),
    ...old.filter((one) => !now.includes(one)).map((one) => ["-", one] as const),
  ];
}

/** `read secret/data/…` for each block; a policy that others wrote shows its paths too. */
function pathsOf(policy: Json | undefined): string[] {
  if (typeof policy !== "string") return [];
  const blocks = policy.matchAll(/path\s+"([^"\n]*)"\s*\{[^}]*?capabilities\s*=\s*\[([^\]]*)\]/g);
  return [...blocks].map(
    ([, path, capabilities]) => `${show(capabilities ?? "").replace(/["\s]/g, "")} ${show(path ?? "")}`,
  );
}

const show = (value: Json | undefined): string =>
  typeof value === "string" ? value.replace(/\p{Cc}/gu, " ") : JSON.stringify(value);

function renderFinding({ level, message, line, column }: PlanFinding, file: string, paint: Paint): string {
  const sign = level === "refused" ? "!" : level === "warning" ? "?" : "dim";
  const place =
    line > 0 ? ` ${paint("dim", `${file}:${line}${column === undefined ? "" : `:${column}`}`)}` : "";
  return `  ${paint(sign, level.padEnd(7))}  ${message}${place}`;
}

function summary({ upToDate, writes, findings }: Plan): string {
  if (upToDate) return "nothing to change";
  const of = (action: PlannedWrite["action"]): number => writes.filter((one) => one.action === action).length;
  const refused = findings.some(({ level }) => level === "refused");
  return `${of("create")} to create, ${of("update")} to change, ${of("delete")} to delete, ${of("same")} as they are${refused ? "; apply is refused, see below" : ""}`;
}

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? "" : "s"}`;
