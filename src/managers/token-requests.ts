/** The two ways in which clouds hand out access tokens: for a form (RFC 6749), and to whoever asks on the machine itself. */
import { asked, json, member, refused, text } from "./answers.ts";
import { HttpFailure, http } from "./http.ts";
import type { Reference } from "./types.ts";

/** Longer than any metadata service takes; elsewhere nobody answers at that address. */
const MACHINE_MS = 1_000;

/** Throws `reference.refused` with the endpoint's own error code, `reference.unreachable`. */
export async function tokenByForm(
  reference: Reference,
  signal: AbortSignal | undefined,
  url: string,
  form: Readonly<Record<string, string>>,
): Promise<string> {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const body = new URLSearchParams(form).toString();
  const answer = await asked(reference, { url, method: "POST", headers, body, signal });
  const value = answer.status < 500 ? json(reference, answer.body) : null;
  if (answer.status === 200) return text(reference, value, "access_token");
  const code = member(value, "error");
  const status = answer.status === 400 || answer.status === 404 ? 403 : answer.status;
  return refused(reference, status, typeof code === "string" ? code : "");
}

/** Null where the machine has no such service, or none for us. */
export async function tokenOfMachine(
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  try {
    const answer = await http({ url, headers, metadata: true, timeout: MACHINE_MS, signal });
    if (answer.status !== 200) return null;
    const value = member(JSON.parse(answer.body.toString("utf8")), "access_token");
    return typeof value === "string" ? value : null;
  } catch (error) {
    if (error instanceof HttpFailure || error instanceof SyntaxError) return null; // no such machine
    throw error;
  }
}
