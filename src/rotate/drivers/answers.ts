/** Answers of key APIs: JSON within bounds, values read by a dotted path, everything that is not as documented refused by name. */
import { BulkheadError } from "../../core/errors.ts";
import type { WebAnswer } from "../../verify/index.ts";

const MOST_TEXT = 65_536;

/** undefined: there is nothing. `data.0.id`; an empty path is the answer itself. */
export function at(answer: unknown, path: string): unknown {
  if (path === "") return answer;
  return path
    .split(".")
    .reduce<unknown>(
      (node, name) =>
        typeof node === "object" && node !== null && Object.hasOwn(node, name)
          ? (node as Record<string, unknown>)[name]
          : undefined,
      answer,
    );
}

/** Text or a number as text; null for anything else, nothing and what is too long. */
export function textAt(answer: unknown, path: string): string | null {
  const found = at(answer, path);
  const text = typeof found === "number" ? String(found) : found;
  return typeof text === "string" && text !== "" && text.length <= MOST_TEXT ? text : null;
}

/** Wipes the bytes. Throws `rotation.bad-answer`. */
export function jsonOf(answer: WebAnswer, provider: string, what: string): unknown {
  try {
    return answer.body.length === 0 ? null : (JSON.parse(answer.body.toString("utf8")) as unknown);
  } catch {
    // the parser's own words would repeat the answer
    throw new BulkheadError("rotation.bad-answer", { provider, what, problem: "its answer is no JSON" });
  } finally {
    answer.body.fill(0);
  }
}

/** Throws `rotation.unavailable` for 408, 409, 425, 429 and 5xx, `rotation.refused` for any other that is not below 300. */
export function refuseStatus(status: number, provider: string, what: string): void {
  if (status >= 200 && status < 300) return;
  const again = [408, 409, 425, 429].includes(status) || status >= 500;
  throw new BulkheadError(again ? "rotation.unavailable" : "rotation.refused", {
    ...{ provider, what },
    reason: status >= 300 && status < 400 ? "it redirects, which is not followed" : `status ${status}`,
  });
}
