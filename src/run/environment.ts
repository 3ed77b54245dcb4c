/**
 * The job's environment: an allowlist of the caller's variables (`variables.ts`), the stage's secrets and plain settings, and
 * a decision for every name, which `--explain-env` prints. Nothing else passes, and no value appears in a decision.
 */
import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import { BulkheadError } from "../core/errors.ts";
import { reservedVariable } from "../core/reserved-variables.ts";
import type { Secret } from "../core/secret.ts";
import { compileMasks } from "../mask/index.ts";
import { SECRET_LIKE, kept, matches, reserved } from "./variables.ts";

/** Linux takes no longer argument or variable, name and `=` included. */
const LONGEST_VARIABLE = 131_071;
/** execve(2): a quarter of the stack's limit for all of them, with a pointer each, and never more than this. */
const MOST_BYTES = 6 * 1024 * 1024;
const USUAL_STACK = 8 * 1024 * 1024;
const POINTER = 8;

export interface EnvironmentDecision {
  readonly name: string;
  readonly action: "kept" | "removed" | "injected" | "changed";
  readonly why: string;
}

export interface EnvironmentOptions {
  /** The caller's own environment. */
  readonly ambient: Readonly<Record<string, string | undefined>>;
  /** By variable; the stage's `use:`. */
  readonly secrets: Readonly<Record<string, Secret>>;
  /** By variable: the path or descriptor behind which the value is. */
  readonly files?: Readonly<Record<string, string>>;
  /** Values that the job gets otherwise (in files): a variable of the caller's that holds one is removed. */
  readonly held?: readonly Secret[];
  /** By variable; the stage's `set:`. */
  readonly plain: Readonly<Record<string, string>>;
  /** Names (or beginnings with `*`) that the caller wants kept besides. */
  readonly preserve?: readonly string[];
  /** Bulkhead's own marks for the job (`BULKHEAD_RUN` …): no secret. */
  readonly marks?: Readonly<Record<string, string>>;
}

export interface BuiltEnvironment {
  readonly env: Record<string, string>;
  /** Sorted by name. */
  readonly decisions: readonly EnvironmentDecision[];
}

/**
 * Throws `run.reserved-variable`, `run.invalid-variable`, `run.duplicate-variable`, `run.value-not-text`, `run.value-too-large`.
 */
export function buildEnvironment(options: EnvironmentOptions): BuiltEnvironment {
  const { ambient, secrets, files = {}, held = [], plain, preserve = [], marks = {} } = options;
  const targets = [...Object.keys(secrets), ...Object.keys(files), ...Object.keys(plain)];
  for (const name of targets) assertTarget(name);
  const twice = targets.find((name, index) => targets.indexOf(name) !== index);
  if (twice !== undefined) throw new BulkheadError("run.duplicate-variable", { variable: twice });

  const env: Record<string, string> = {};
  const decisions: EnvironmentDecision[] = [];
  const holdsSecret = secretSearch([...Object.values(secrets), ...held]);
  const ours = new Set([...targets, ...Object.keys(marks)]);
  for (const [name, value] of Object.entries(ambient)) {
    if (value === undefined || ours.has(name)) continue;
    const verdict = judge(name, value, preserve, holdsSecret);
    decisions.push({ name, action: verdict.action, why: verdict.why });
    if (verdict.value !== null) env[name] = verdict.value;
  }
  for (const [name, value] of Object.entries(plain)) {
    env[name] = checked(name, value, Buffer.byteLength(value));
    decisions.push({ name, action: "injected", why: "`set:` of the stage" });
  }
  for (const [name, value] of Object.entries(marks)) {
    env[name] = value;
    decisions.push({ name, action: "injected", why: "tells the job about its run" });
  }
  for (const [name, path] of Object.entries(files)) {
    env[name] = path;
    decisions.push({ name, action: "injected", why: "names a file of the stage's `use:`" });
  }
  for (const [name, secret] of Object.entries(secrets)) {
    if (!isUtf8(secret.reveal())) throw new BulkheadError("run.value-not-text", { variable: name });
    env[name] = checked(name, secret.revealText(), secret.length);
    const why = ambient[name] === undefined ? "" : ", in place of the caller's value";
    decisions.push({ name, action: "injected", why: `\`use:\` of the stage${why}` });
  }
  return { env, decisions: decisions.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** Throws `run.environment-too-large` where execve would refuse the job. */
export function assertFits(env: Readonly<Record<string, string>>, command: readonly string[]): void {
  const texts = [...Object.entries(env).map(([name, value]) => `${name}=${value}`), ...command];
  const size = texts.reduce((sum, text) => sum + Buffer.byteLength(text) + 1 + POINTER, 0);
  const limit = Math.min(stackLimit() / 4, MOST_BYTES) - 4_096;
  if (size > limit) throw new BulkheadError("run.environment-too-large", { size, limit });
}

/** The soft limit of the stack in bytes. */
function stackLimit(): number {
  try {
    const [, soft] = /^Max stack size\s+(\S+)/m.exec(readFileSync("/proc/self/limits", "latin1")) ?? [];
    return soft === "unlimited" ? Number.POSITIVE_INFINITY : Number(soft) || USUAL_STACK;
  } catch {
    return USUAL_STACK;
  }
}

/** One line a variable, names only. */
export function explainEnvironment(decisions: readonly EnvironmentDecision[]): string {
  const width = Math.max(0, ...decisions.map(({ name }) => name.length));
  return decisions
    .map(({ name, action, why }) => `${action.padEnd(8)} ${name.padEnd(width)}  ${why}\n`)
    .join("");
}

/** Throws unless `name` may be the target of `use:` or `set:`. */
export function assertTarget(name: string): void {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    throw new BulkheadError("run.invalid-variable", { variable: name });
  const row = reservedVariable(name);
  if (row !== null) throw new BulkheadError("run.reserved-variable", { variable: name, why: row.reason });
}

function checked(name: string, value: string, size: number): string {
  if (value.includes("\0")) throw new BulkheadError("run.value-not-text", { variable: name });
  const limit = LONGEST_VARIABLE - Buffer.byteLength(name) - 1;
  if (size > limit) throw new BulkheadError("run.value-too-large", { variable: name, size, limit });
  return value;
}

interface Verdict {
  readonly action: "kept" | "removed" | "changed";
  readonly why: string;
  readonly value: string | null;
}

const removed = (why: string): Verdict => ({ action: "removed", why, value: null });

function judge(
  name: string,
  value: string,
  preserve: readonly string[],
  holdsSecret: (value: string) => boolean,
): Verdict {
  const asked = matches(preserve, name) !== null;
  const barred = reserved.find((row) => matches(row.names, name) !== null);
  if (barred?.never === true) return removed(barred.why);
  if (holdsSecret(value)) return removed("holds a value that the stage is given by another name");
  if (asked) return { action: "kept", why: "asked for with --preserve-env", value };
  const row = kept.find(({ names }) => matches(names, name) !== null);
  if (row === undefined) return removed(barred?.why ?? "not on the list of what jobs need");
  if (matches(row.names, name)?.wide === true && SECRET_LIKE.test(name)) {
    return removed("its name sounds like a credential");
  }
  const clean = withoutUserinfo(name, value);
  if (clean !== value)
    return { action: "changed", why: `${row.why}; user and password removed`, value: clean };
  return { action: "kept", why: row.why, value };
}

/** Takes out user and password before a host: `http://u:p@proxy:8080`, and for a proxy also `u:p@proxy:8080`. */
function withoutUserinfo(name: string, value: string): string {
  const clean = value.replace(/([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/]{1,4096}@/gi, "$1");
  return /proxy$/i.test(name) ? clean.replace(/^[^\s/@:]{1,1024}:[^\s/]{1,4096}@/, "") : clean;
}

/** Whether text holds one of the values in any form the masker knows, or is one that is too short for it. */
function secretSearch(secrets: readonly Secret[]): (value: string) => boolean {
  const masks = compileMasks({ values: secrets });
  return (value) => {
    const bytes = Buffer.from(value);
    return secrets.some((one) => one.length > 0 && bytes.equals(one.reveal())) || masks.finds(bytes);
  };
}
