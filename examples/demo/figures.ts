/** What the demonstration counts, and what must hold of it. Every figure comes from the sink's bytes, captured output or the audit log. */
import type { Haul } from "../attack/replay.ts";
import { STAGE_KEYS, type Stage } from "./workspace.ts";

/** One stage, as the hostile import in it saw the world. Lists are names, never values. */
export interface StageFigures {
  readonly stage: Stage;
  readonly exit: number | null;
  readonly seconds: number;
  /** Whether the hostile import ran and its report arrived: an empty haul counts only then. */
  readonly reported: boolean;
  /** Keys of the project that reached the sink. */
  readonly taken: readonly string[];
  /** Keys of the home folder that did. */
  readonly home: readonly string[];
  /** Bulkhead's own keys and files that did. */
  readonly store: readonly string[];
  /** Keys that can be read in what the stage wrote. */
  readonly logged: readonly string[];
}

export interface AuditedRun {
  readonly run: string;
  readonly stage: string;
  /** Secrets read with this run's token, in order. */
  readonly reads: readonly string[];
  readonly isolation: string;
  /** Requests with this run's token that the policy refused. */
  readonly refused: number;
  /** Values masked in what the job wrote. */
  readonly masks: number;
}

export interface AuditFigures {
  readonly entries: number;
  readonly verified: boolean;
  readonly runs: readonly AuditedRun[];
  /** Tokens given to stages, and how many of them were revoked at the end of their job. */
  readonly issued: number;
  readonly revoked: number;
}

/** One token tried on every secret of the project. */
export interface Trial {
  readonly read: readonly string[];
  readonly refused: readonly string[];
}

export interface TokenFigures {
  readonly stage: Stage;
  /** While its job ran, and again when it had ended. */
  readonly during: Trial;
  readonly after: Trial;
  /** Tokens (the stage's, the caller's) that the hostile import got. */
  readonly taken: readonly string[];
  /** Whether the hostile import was there. */
  readonly reported: boolean;
  /** Tokens of stages that the server still knows. */
  readonly alive: number;
}

export interface FoundKey {
  readonly path: string;
  readonly within: string;
  readonly title: string;
  /** `openai (dev)`; null: not recognised. */
  readonly stored: string | null;
}

/** The key of the notebook, replaced: what the model API said to it before and after, in HTTP statuses. */
export interface LeakFigures {
  readonly before: number;
  readonly after: number;
  /** Exit code of the stage that uses it, run with the new one. */
  readonly exit: number | null;
  readonly done: number;
  readonly left: number;
  /** The incident's record, from the project. */
  readonly record: readonly string[];
}

export interface KeyFile {
  /** From the temporary folder. */
  readonly path: string;
  readonly keys: readonly string[];
}

export interface Figures {
  readonly keys: number;
  readonly homeKeys: number;
  readonly today: readonly StageFigures[];
  readonly check: { readonly keysInFiles: number; readonly homeFiles: number; readonly inWorkflows: number };
  readonly imported: { readonly stored: number; readonly leftInEnv: readonly string[] };
  readonly withBulkhead: readonly StageFigures[];
  /** Where keys can be read in files, at the beginning and at the end. */
  readonly filesBefore: readonly KeyFile[];
  readonly filesAfter: readonly KeyFile[];
  readonly token: TokenFigures;
  readonly scan: readonly FoundKey[];
  readonly audit: AuditFigures;
  readonly leak: LeakFigures;
  /** The replayed attack, and where it got something else than was written down before; null where it was left out. */
  readonly attack: { readonly hauls: readonly Haul[]; readonly unexpected: readonly string[] } | null;
  readonly seconds: number;
}

/** Keys of the project that a stage lost and does not use itself. */
export const foreign = ({ stage, taken }: StageFigures): readonly string[] =>
  taken.filter((name) => !STAGE_KEYS[stage].includes(name));

const few = (names: readonly string[]): string =>
  names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");

/** What should hold and does not, as sentences; empty when all does. */
export function shortcomings(figures: Figures): string[] {
  const { withBulkhead, token, audit, imported, filesAfter, scan, leak } = figures;
  const said: string[] = [];
  const require = (holds: boolean, otherwise: string): void => void (holds || said.push(otherwise));
  for (const one of [...figures.today, ...withBulkhead]) {
    const when = withBulkhead.includes(one) ? "with Bulkhead" : "today";
    require(one.exit === 0, `${one.stage} (${when}) ended with ${one.exit ?? "a signal"}`);
    require(one.reported, `nothing was heard of the hostile import in ${one.stage} (${when}): its figure says nothing`);
  }
  for (const one of withBulkhead) {
    const others = foreign(one);
    require(others.length ===
      0, `the hostile import in ${one.stage} took keys that are not the stage's: ${others.join(", ")}`);
    const opens = one.store.includes("the seal key")
      ? "; whoever has both key and database opens the whole store"
      : "";
    require(one.store.length ===
      0, `the hostile import in ${one.stage} reached Bulkhead's own: ${few(one.store)}${opens}`);
    require(one.home.length ===
      0, `the hostile import in ${one.stage} took from the home folder: ${few(one.home)}`);
    require(one.logged.length === 0, `what ${one.stage} wrote shows ${one.logged.join(", ")}`);
  }
  for (const { stage, isolation } of audit.runs)
    require(isolation ===
      "processes and files", `${stage} ran with isolation "${isolation}": this machine allowed no more`);
  require(imported.leftInEnv.length === 0, `still in .env: ${imported.leftInEnv.join(", ")}`);
  for (const { path, keys } of filesAfter) {
    const found = scan.some((one) => path.endsWith(`/${one.path}`)); // the scan's to tell, and a person's to mend
    require(found, `${keys.join(", ")} can still be read in ${path}`);
  }
  require(token.during.read.length > 0, "the stage's token could not be tried while it was alive");
  require(token.after.read.length ===
    0, `the stage's token still reads ${token.after.read.join(", ")} after its job`);
  require(token.taken.length === 0 &&
    token.reported, `tokens in the sink: ${token.taken.join(", ") || "unknown"}`);
  require(token.alive === 0, `${token.alive} tokens of stages are still alive`);
  require(audit.issued > 0 &&
    audit.issued === audit.revoked, `${audit.issued} tokens were issued and ${audit.revoked} revoked`);
  require(audit.verified, "the audit log does not verify");
  for (const one of figures.attack?.unexpected ?? []) said.push(`the replayed attack: ${one}`);
  require(scan.some(({ stored }) => stored !== null), "the leaked key was not found and recognised");
  require(leak.before === 200 &&
    leak.after ===
      401, `the model API answered the leaked key with ${leak.before} before its rotation and ${leak.after} after`);
  require(leak.exit === 0, `serve ended with ${leak.exit ?? "a signal"} on the new key`);
  require(leak.record.length ===
    3, `the incident's record is not whole: ${leak.record.join(", ") || "no file"}`);
  return said;
}
