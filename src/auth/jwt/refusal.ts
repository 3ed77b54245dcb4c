/** A login that is refused: the operator's log says why, the caller learns that it failed and under which id to ask. */
import { BulkheadError, type ErrorCode } from "../../core/errors.ts";
import type { Call, MountContext } from "../../kernel/plugin.ts";

export interface Why {
  /** The claim (or header member) that did not fit; empty when it was none. */
  readonly claim?: string;
  readonly reason: string;
  /** Already fit to be shown (`shownClaim`). */
  readonly expected?: string;
  readonly received?: string;
}

/** Thrown within a login; never reaches the caller. */
export class Refusal extends Error {
  readonly why: Why;
  constructor(why: Why) {
    super(why.reason);
    this.why = why;
  }
}

export const refuse = (reason: string, more: Omit<Why, "reason"> = {}): Refusal =>
  new Refusal({ reason, ...more });

const MOST = 500;
const line = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]/gu, "?").slice(0, MOST);

/** Does a login; a `Refusal` becomes `login.refused`, with its reason in the operator's log. */
export async function orRefused<T>(
  { services }: MountContext,
  call: Call,
  role: string,
  login: () => Promise<T>,
  code: ErrorCode = "login.refused",
): Promise<T> {
  try {
    return await login();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { claim = "", reason, expected, received } = error.why;
    services.operatorLog.warn("login refused", {
      request: call.requestId,
      mount: call.mount.path,
      role: line(role),
      remote: call.remote,
      reason: line(reason),
      ...(claim !== "" && { claim: line(claim) }),
      ...(expected !== undefined && { expected: line(expected) }),
      ...(received !== undefined && { received: line(received) }),
    });
    throw new BulkheadError(code, { id: call.requestId });
  }
}
