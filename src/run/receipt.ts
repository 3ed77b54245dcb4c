/**
 * The receipt of a run: what its statement says, as `docs/spec/receipt.md` specifies. It names what was issued, to whom and how, what of it
 * was used as far as there is evidence, what level of isolation was proven, and whether everything was taken back; never a value.
 */
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { rfc3339 } from "../core/clock.ts";
import { BulkheadError } from "../core/errors.ts";
import {
  type Envelope,
  PREDICATE_TYPE,
  STATEMENT_TYPE,
  type Signer,
  type Used,
  subjectOf,
} from "../core/receipt.ts";
import type { Destination } from "../egress/index.ts";
import type { EnvironmentDecision } from "./environment.ts";
import { type FollowReport, type Leaks, placeOf } from "./follow/report.ts";
import type { IsolationLevel } from "./isolate.ts";

export interface ReceiptSecret {
  readonly variable: string;
  readonly secret: string;
  readonly field: string;
  /** Null where the store has no versions. */
  readonly version: number | null;
  readonly delivery: "variable" | "file" | "descriptor" | "pipe";
  /** It is a part of the variable's value. */
  readonly composed: boolean;
  /** How many times its value was masked in the output. */
  readonly masked: number;
  readonly used: Used;
  /** What tells: `pipe read`, `file not read`, `masked in output`, `found in what it wrote`. */
  readonly evidence: readonly string[];
}

/** As whom the run came to the store, or who started it where there is none. */
export interface RunIdentity {
  readonly kind: "operator" | "person" | "role" | "platform" | "none";
  /** The login's name at the store, else the system's user. */
  readonly name: string;
  /** What the platform's identity token says, where the store believed it. */
  readonly claims?: Readonly<Record<string, string>>;
}

/** Start-up hooks of the job's interpreters. */
export interface HookFacts {
  readonly found: number;
  /** Counted as approved because no list was there before. */
  readonly new: number;
  /** SHA-256 in hex over the digests of all that was found, sorted, a line each. */
  readonly digest: string;
}

/** What only the caller knows of a run. */
export interface RunFacts {
  readonly identity: RunIdentity;
  /** Null: nobody looked. */
  readonly hooks: HookFacts | null;
  /** `given`: the command stood behind `--` or --command. */
  readonly command: "declared" | "given";
}

/** What was taken back at the end of a run, and what says so. */
export interface Revocation {
  readonly what: "token" | "lease";
  /** Whose: a secret's name; the stage's for a token. */
  readonly of: string;
  readonly result: "revoked" | "not revoked" | "unknown";
  /**
   * `refused`: it was presented afterwards, and the store refused it; `absent`: the store looked it up and has it no more; `signer`: the
   * signer ended it before it signed.
   */
  readonly proof: "refused" | "absent" | "signer" | null;
}

export interface ReceiptFacts extends RunFacts {
  readonly runId: string;
  readonly project: string;
  readonly stage: string;
  readonly environment: string;
  /** Forty or sixty-four hex digits; null outside a repository. */
  readonly commit: string | null;
  /** Milliseconds since the epoch. */
  readonly started: number;
  readonly ended: number;
  /** Null when the job did not start. */
  readonly exit: number | null;
  readonly isolation: IsolationLevel | null;
  readonly secrets: readonly ReceiptSecret[];
  /** Masks written, by what the mask is called. */
  readonly masks: ReadonlyMap<string, number>;
  readonly decisions: readonly EnvironmentDecision[];
  /** Null where nobody looked. */
  readonly written: FollowReport | null;
  readonly leaks: Leaks;
  /** Null where nobody saw it. */
  readonly destinations: readonly Destination[] | null;
  readonly revocations: readonly Revocation[];
  readonly revoked: boolean;
}

/** A job that tries ten thousand hosts makes no receipt of ten thousand lines. */
const MOST_DESTINATIONS = 200;

/** The statement's bytes, in the one form in which it is written. */
export function receiptStatement(facts: ReceiptFacts, signer: Signer): Buffer {
  const variables = { kept: 0, removed: 0, injected: 0, changed: 0 };
  for (const { action } of facts.decisions) variables[action]++;
  const { runId: run, project, stage, environment, commit, exit, isolation, written } = facts;
  const leaks = written && {
    mode: facts.leaks,
    files: written.files,
    bytes: written.bytes,
    unread: written.unread.length,
    found: written.leaks.map((leak) => ({ secrets: leak.names, place: placeOf(leak) })),
  };
  const statement = {
    _type: STATEMENT_TYPE,
    subject: subjectOf({ run, commit }),
    predicateType: PREDICATE_TYPE,
    predicate: {
      ...{ run, project, stage, environment, commit, signer, identity: facts.identity },
      ...{ command: facts.command, started: rfc3339(facts.started), ended: rfc3339(facts.ended), exit },
      ...{
        isolation,
        hooks: facts.hooks,
        secrets: facts.secrets,
        masks: [...facts.masks].map(([name, times]) => ({ name, times })),
      },
      ...{ variables, leaks, destinations: facts.destinations?.slice(0, MOST_DESTINATIONS) ?? null },
      ...{ revocations: facts.revocations, revoked: facts.revoked },
    },
  };
  // names come from files and declarations: what is no text of Unicode would be read otherwise than it was signed
  return Buffer.from(JSON.stringify(statement, wellFormed), "utf8");
}

const wellFormed = (_: string, value: unknown): unknown =>
  typeof value === "string" ? value.toWellFormed() : value;

/** Writes whole or not at all, 0600 in a folder of 0700. Throws `io.failed`. */
export function writeReceipt(path: string, envelope: Envelope): void {
  const partial = `${path}.${process.pid}.partial`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    rmSync(partial, { force: true }); // left by a process of the same number that was killed
    writeFileSync(partial, `${JSON.stringify(envelope)}\n`, { mode: 0o600, flag: "wx" });
    chmodSync(partial, 0o600);
    renameSync(partial, path);
  } catch (cause) {
    if (existsSync(partial)) rmSync(partial);
    const reason = (cause as NodeJS.ErrnoException).code ?? "unknown";
    throw new BulkheadError("io.failed", { action: "write", path, reason }, { cause });
  }
}
