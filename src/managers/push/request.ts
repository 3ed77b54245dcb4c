/** What the targets share: one request with its errors in one wording, and settings that cannot leave their place in an address. */
import { BulkheadError } from "../../core/errors.ts";
import { type HttpAnswer, HttpFailure, type HttpRequest, isLoopbackHost, retried } from "../http.ts";
import type { PushSettings } from "./types.ts";

export interface At {
  readonly target: string;
  readonly place: string;
}

/** Asked again where the target is busy: every call here gives the same result the second time. Throws `push.…`. */
export async function asked(at: At, request: HttpRequest, fine: readonly number[]): Promise<HttpAnswer> {
  let answer: HttpAnswer;
  try {
    answer = await retried(request);
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    const host = (typeof request.url === "string" ? URL.parse(request.url) : request.url)?.host ?? "?";
    throw new BulkheadError(
      "push.unreachable",
      { target: at.target, host, reason: error.message },
      { cause: error },
    );
  }
  if (fine.includes(answer.status)) return answer;
  answer.body.fill(0); // some services send what they were sent
  const said = `HTTP ${answer.status}`;
  if (answer.status === 401 || answer.status === 403)
    throw new BulkheadError("push.refused", { ...at, answer: said });
  if (answer.status === 404)
    throw new BulkheadError("push.absent", {
      ...at,
      help: "see that the place is right, and what the token may see",
    });
  throw new BulkheadError("push.unexpected", { ...at, problem: said });
}

/** Throws `push.unexpected`. The body is erased. */
export function parsed(at: At, { body }: HttpAnswer): unknown {
  try {
    return JSON.parse(body.toString("utf8")) as unknown;
  } catch {
    throw new BulkheadError("push.unexpected", { ...at, problem: "the answer is no JSON" });
  } finally {
    body.fill(0);
  }
}

/** A setting of the right form; null where it is absent. Throws `push.bad-place`. */
export function setting(
  target: string,
  settings: PushSettings,
  name: string,
  { pattern, expected }: { readonly pattern: RegExp; readonly expected: string },
): string | null {
  const value = settings[name];
  if (value === undefined) return null;
  if (
    value.length <= 300 &&
    pattern.test(value) &&
    !value.split("/").some((one) => one === "." || one === "..")
  )
    return value;
  throw new BulkheadError("push.bad-place", { target, problem: `${name} is not as it should be`, expected });
}

export function required(
  target: string,
  settings: PushSettings,
  name: string,
  form: { pattern: RegExp; expected: string },
): string {
  const value = setting(target, settings, name, form);
  if (value !== null) return value;
  throw new BulkheadError("push.bad-place", {
    target,
    problem: `${name} is missing`,
    expected: form.expected,
  });
}

/** Where a service's API is: as declared, else as the CI's own variable says, else the vendor's. Over https, or on this machine. */
export function baseUrl(
  target: string,
  declared: string | undefined,
  given: string | undefined,
  usual: string,
): string {
  const text = declared ?? (given === undefined || given === "" ? usual : given);
  const url = URL.parse(text);
  const sound =
    url !== null &&
    url.username === "" &&
    url.password === "" &&
    url.search === "" &&
    url.hash === "" &&
    (url.protocol === "https:" || (url.protocol === "http:" && isLoopbackHost(url.hostname)));
  if (!sound)
    throw new BulkheadError("push.bad-place", {
      target,
      problem: "the address of its API cannot be used",
      expected: "https://HOST/PATH without user, query and fragment",
    });
  return url.href.replace(/\/+$/, "");
}

/** A member's text; null where there is none. Control characters of a hostile answer go no further. */
export const word = (value: unknown): string | null =>
  typeof value === "string" && value.length <= 300 && !/\p{Cc}/u.test(value) ? value : null;
