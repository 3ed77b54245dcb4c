/** What managers make of an answer: errors in one wording, JSON read once, a value split into its fields. */
import { BulkheadError } from "../core/errors.ts";
import { Secret } from "../core/secret.ts";
import { type HttpAnswer, HttpFailure, type HttpRequest, retried } from "./http.ts";
import type { Reference, Resolved } from "./types.ts";

/** Throws `reference.unreachable` where there is no answer. */
export async function asked(reference: Reference, request: HttpRequest): Promise<HttpAnswer> {
  try {
    return await retried(request);
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    throw new BulkheadError(
      "reference.unreachable",
      { reference: reference.text, host: hostOf(request.url), reason: error.message },
      { cause: error },
    );
  }
}

const hostOf = (url: string | URL): string => (typeof url === "string" ? URL.parse(url) : url)?.host ?? "?";

/** Always throws: absent, refused, or an answer that nobody expects. `code` is the service's own name for it. */
export function refused(reference: Reference, status: number, code = ""): never {
  const named = /^[\w.:/ -]{1,80}$/.test(code) ? ` (${code})` : "";
  if (status === 404)
    throw new BulkheadError("reference.absent", {
      reference: reference.text,
      problem: `there is no such secret${named}`,
    });
  if (status === 401 || status === 403)
    throw new BulkheadError("reference.refused", {
      reference: reference.text,
      answer: `HTTP ${status}${named}`,
    });
  throw new BulkheadError("reference.unexpected", {
    reference: reference.text,
    problem: `HTTP ${status}${named}`,
  });
}

/** Throws `reference.unexpected`. */
export function json(reference: Reference, body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new BulkheadError("reference.unexpected", {
      reference: reference.text,
      problem: "the answer is no JSON",
    });
  }
}

/** A member of a JSON answer, undefined where there is none. */
export function member(value: unknown, ...names: readonly string[]): unknown {
  let at = value;
  for (const name of names) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return at;
}

/** The text of a member; throws `reference.unexpected` where it is missing. */
export function text(reference: Reference, value: unknown, ...names: readonly string[]): string {
  const found = member(value, ...names);
  if (typeof found === "string") return found;
  throw new BulkheadError("reference.unexpected", {
    reference: reference.text,
    problem: `the answer has no ${names.join(".")}`,
  });
}

/** What a manager gave as bytes. Owns `bytes`. */
export function resolvedOf(bytes: Buffer, version: string | null): Resolved {
  const object = bytes[0] === 0x7b ? parsed(bytes) : null;
  const fields = new Map(
    Object.entries(object ?? {}).map(([name, value]) => [name, Secret.copy(plain(value))]),
  );
  if (fields.has("value")) bytes.fill(0);
  else fields.set("value", Secret.own(bytes));
  return { fields, version, structured: object !== null };
}

function parsed(bytes: Buffer): Record<string, unknown> | null {
  try {
    const value = JSON.parse(bytes.toString("utf8")) as unknown;
    const object = typeof value === "object" && value !== null && !Array.isArray(value);
    return object && Object.keys(value).length > 0 ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

export const plain = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
