/**
 * What PostgreSQL's SQLSTATEs and the network's errors mean to a caller: one table. The server's own words are not passed on: they can
 * quote a statement, and with it a password.
 */
import { FORBIDDEN, FORBIDDEN_TEXT } from "../../core/destination.ts";
import { BulkheadError, isBulkheadError } from "../../core/errors.ts";

/** By SQLSTATE, else by its class (two characters): what went wrong, in PostgreSQL's condition names. */
const STATES: Readonly<Record<string, string>> = {
  "22": "data exception",
  "23": "integrity constraint violation",
  "25": "invalid transaction state",
  "28": "the user or password is wrong, or the server does not let them in",
  "2B": "dependent privileges still exist",
  "2BP01": "other objects depend on the role",
  "3D": "there is no such database",
  "3F": "there is no such schema",
  "40": "serialization failure or deadlock",
  "42": "syntax error or access rule violation",
  "42501": "insufficient privilege",
  "42601": "syntax error",
  "42703": "undefined column",
  "42704": "undefined object (no such role?)",
  "42710": "duplicate object",
  "42P01": "undefined table",
  "53": "the server is out of resources",
  "53300": "too many connections",
  "55": "object not in prerequisite state",
  "57": "operator intervention",
  "57014": "the statement took too long",
  P0: "raised by a procedure",
};

const NETWORK: Readonly<Record<string, string>> = {
  [FORBIDDEN]: FORBIDDEN_TEXT,
  ECONNREFUSED: "connection refused",
  ENOTFOUND: "the host's name does not resolve",
  EAI_AGAIN: "the host's name does not resolve",
  EHOSTUNREACH: "no route to the host",
  ENETUNREACH: "no route to the host",
  ETIMEDOUT: "no answer",
  ECONNRESET: "the connection broke",
  EPIPE: "the connection broke",
};

/** Of `pg`, which has no codes for what it finds out itself. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/exceeded when trying to connect/, "no connection became free in time"],
  [/timeout/i, "no answer in time"],
  [/Connection terminated|not queryable|Client was closed|after calling end/, "the connection broke"],
  [/does not support SSL/, "the server does not offer TLS"],
  [/SASL|SCRAM|password/i, STATES["28"] as string],
];

/** SQLSTATEs after which the server, or this connection, is gone. */
const GONE = /^(08|57P0)/;

const stateOf = (error: unknown): string | null =>
  error instanceof Error && "severity" in error && "code" in error && typeof error.code === "string"
    ? error.code
    : null;

const stateText = (state: string): string =>
  `${STATES[state] ?? STATES[state.slice(0, 2)] ?? "refused"} (SQLSTATE ${/^\w{5}$/.test(state) ? state : "unknown"})`;

function reasonOf(error: unknown): string {
  const state = stateOf(error);
  if (state !== null) return stateText(state);
  if (!(error instanceof Error)) return "failed";
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const network = NETWORK[code];
  if (network !== undefined) return network;
  if (/^ERR_TLS|CERT|SELF_SIGNED|SIGNATURE|^ERR_SSL|^EPROTO|ISSUER/.test(code))
    return `the server's certificate does not hold (${code})`;
  return WORDS.find(([words]) => words.test(error.message))?.[1] ?? "the connection failed";
}

/** Whether it is not known what became of the statement. */
export function isLost(error: unknown): boolean {
  if (isBulkheadError(error)) return error.code === "database.unreachable";
  const state = stateOf(error);
  return state === null || GONE.test(state);
}

/** Two changed the same entry of the catalogue, or waited for each other: nothing was kept, and the same may work a moment later. */
export const isContended = (error: unknown): boolean =>
  isBulkheadError(error) && /^(40\w{3}|XX000)$/.test(String(error.details.state));

/** For what failed before a statement was sent. A wrong password is told apart: another one may be right. */
export function unreachable(error: unknown): BulkheadError {
  if (isBulkheadError(error)) return error;
  const state = stateOf(error);
  return state?.startsWith("28") === true
    ? new BulkheadError("database.login", { reason: stateText(state) })
    : new BulkheadError("database.unreachable", { reason: reasonOf(error) });
}

/** For what failed at `what` (`creation statement 2`). */
export function refusalOf(error: unknown, what: string): BulkheadError {
  if (isBulkheadError(error)) return error;
  return isLost(error)
    ? new BulkheadError("database.unreachable", { reason: reasonOf(error) })
    : new BulkheadError("database.refused", {
        what,
        reason: reasonOf(error),
        state: stateOf(error) ?? "",
        taken: stateOf(error) === "42710",
      });
}
