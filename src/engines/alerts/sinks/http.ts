/** What both webhooks share: one POST over TLS (or to this machine), and what counts as taken. */
import { BulkheadError } from "../../../core/errors.ts";
import { HttpFailure, http, isLoopbackHost } from "../../../managers/http.ts";

const TIMEOUT_MS = 10_000;

/** Throws `alert.bad-sink`. */
export function checkUrl(text: string | undefined): URL {
  const url = URL.parse(text ?? "");
  if (
    url === null ||
    (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopbackHost(url.hostname)))
  )
    throw new BulkheadError("alert.bad-sink", { problem: "url is an https address" });
  if (url.username !== "" || url.password !== "")
    throw new BulkheadError("alert.bad-sink", { problem: "url holds no user and no password" });
  return url;
}

export async function post(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { status, body: answer } = await http({
    url,
    method: "POST",
    headers: { "content-type": "application/json", "user-agent": "bulkhead", ...headers },
    body,
    timeout: TIMEOUT_MS,
    most: 64 * 1024,
  });
  answer.fill(0);
  if (status < 200 || status >= 300) throw new HttpFailure(`it answered ${status}`);
}
