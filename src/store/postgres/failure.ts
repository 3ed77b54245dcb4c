/** What PostgreSQL's SQLSTATEs and the network's errors mean to those above: one table. */
import { BulkheadError, type ErrorCode, isBulkheadError } from "../../core/errors.ts";

interface Meaning {
  readonly code: ErrorCode;
  readonly reason: string;
  /** Nothing was kept and it may work a moment later. */
  readonly again?: boolean;
  /** The connection is gone. */
  readonly lost?: boolean;
}

const gone = (reason: string): Meaning => ({ code: "store.unreachable", reason, again: true, lost: true });
const locked: Meaning = { code: "store.busy", reason: "locked" };
const refused = (reason: string): Meaning => ({ code: "store.refused", reason });
const full = (reason: string): Meaning => ({ code: "store.full", reason });
const damaged: Meaning = { code: "store.corrupt", reason: "damaged" };

/** By SQLSTATE, else by its class (two characters). */
const STATES: Readonly<Record<string, Meaning>> = {
  "08": gone("the connection broke"),
  "28": refused("the user or password is wrong, or pg_hba.conf does not let them in"),
  "3D": refused("there is no such database"),
  "42501": refused("the user may not do this"),
  "25006": { ...full("the server takes no writes: it is a standby, or set to read only"), again: true },
  "53": full("the server is out of memory"),
  "53100": full("the disk is full"),
  "53300": { code: "store.busy", reason: "no connection is free", again: true },
  "58": full("the server's disk refused"),
  "55P03": locked,
  "57014": locked,
  "25P03": gone("the server ended the connection"),
  "40": { ...locked, again: true },
  "57P01": gone("the server is stopping"),
  "57P02": gone("the server crashed and restarts"),
  "57P03": gone("the server is starting or stopping"),
  "57P04": refused("the database was dropped"),
  "57P05": gone("the server ended the connection"),
  "42P01": damaged,
  "42703": damaged,
  "3F000": damaged,
  XX001: damaged,
  XX002: damaged,
};

/** Of Node, for a name that does not resolve or a host that does not answer. */
const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOENT: "there is no such socket",
  ENOTFOUND: "the host's name does not resolve",
  EAI_AGAIN: "the host's name does not resolve",
  EHOSTUNREACH: "no route to the host",
  ENETUNREACH: "no route to the host",
  ETIMEDOUT: "no answer",
  ECONNRESET: "the connection broke",
  EPIPE: "the connection broke",
};

/** Of `pg`, which has no codes for what it finds out itself. */
const WORDS: readonly (readonly [RegExp, Meaning])[] = [
  [/after calling end on the pool/, { code: "store.closed", reason: "closed" }],
  [/exceeded when trying to connect/, { code: "store.busy", reason: "no connection is free", again: true }],
  [/Query read timeout/, gone("no answer")],
  [/timeout/i, gone("no answer")],
  [/Connection terminated|not queryable|Client was closed/, gone("the connection broke")],
  [/does not support SSL/, refused("it does not offer TLS")],
  [/SSL connection/, refused("TLS failed")],
  [/SASL|SCRAM|password/i, refused("the user or password is wrong")],
];

/** A standby may lag behind: what it answers could be a token that is revoked. During a fail-over it is the primary a moment later. */
export class OnStandby extends Error {}

const STANDBY = gone("it is a standby, which may lag behind");

function meaningOf(error: unknown): Meaning | null {
  if (!(error instanceof Error)) return null;
  if (error instanceof OnStandby) return STANDBY;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if ("severity" in error) return STATES[code] ?? STATES[code.slice(0, 2)] ?? null;
  const network = NETWORK[code];
  if (network !== undefined) return gone(network);
  if (/^ERR_TLS|CERT|SELF_SIGNED|SIGNATURE|^ERR_SSL|^EPROTO/.test(code))
    return refused(`its certificate does not hold (${code})`);
  return WORDS.find(([words]) => words.test(error.message))?.[1] ?? null;
}

export const isWorthRetrying = (error: unknown): boolean => meaningOf(error)?.again === true;
/** It listens and says that it will take calls in a moment. */
export const isStarting = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "57P03";
export const isLostConnection = (error: unknown): boolean => meaningOf(error)?.lost === true;

/** The error to throw for whatever `pg` threw; errors of ours pass through. */
export function failure(error: unknown, path: string): Error {
  if (isBulkheadError(error)) return error;
  const meaning = meaningOf(error);
  if (meaning === null) return error instanceof Error ? error : new Error(String(error));
  return new BulkheadError(meaning.code, { path, reason: meaning.reason }, { cause: error });
}
