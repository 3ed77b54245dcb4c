/**
 * One request to another system: TLS, or clear text to loopback alone; no redirect is followed; the answer is bounded in size and
 * time; names that resolve to link-local or metadata addresses are refused, but for the call that asks a machine for its own identity.
 */
import type { IncomingMessage } from "node:http";
import {
  FORBIDDEN,
  FORBIDDEN_TEXT,
  checkHost,
  guardedLookup,
  isLoopbackAddress,
} from "../core/destination.ts";

export interface HttpRequest {
  readonly url: string | URL;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly signal?: AbortSignal | undefined;
  /** Bytes that an answer may have; 4 MiB when left out. */
  readonly most?: number;
  /** Milliseconds until the answer must be whole; 20 s when left out. */
  readonly timeout?: number;
  /** The machine's own metadata service may be asked, in clear text. */
  readonly metadata?: boolean;
  /** PEM of a further certificate authority. */
  readonly ca?: string | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

/** No answer that can be used: refused address, broken connection, too late, too large. Its message holds no part of the request. */
export class HttpFailure extends Error {
  override readonly name = "HttpFailure";
}

const ANSWER_MS = 20_000;
const MOST_ANSWER = 4_194_304;

/** Whether clear text may go there: this machine only. */
export function isLoopbackHost(hostname: string): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  return host === "localhost" || isLoopbackAddress(host);
}

/** Throws `HttpFailure`, or the signal's own error. */
export async function http(request: HttpRequest): Promise<HttpAnswer> {
  const { method = "GET", headers = {}, body, signal, timeout = ANSWER_MS, metadata = false, ca } = request;
  const url = typeof request.url === "string" ? URL.parse(request.url) : request.url;
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:"))
    throw new HttpFailure("the address is no http or https URL");
  if (url.protocol === "http:" && !metadata && !isLoopbackHost(url.hostname))
    throw new HttpFailure("credentials go over https, or to this machine");
  try {
    if (!metadata) checkHost(url.hostname);
    const { request: send } = await (url.protocol === "https:" ? import("node:https") : import("node:http"));
    const late = AbortSignal.timeout(timeout);
    const options = {
      method,
      headers: {
        ...headers,
        ...(body !== undefined && { "content-length": String(Buffer.byteLength(body)) }),
      },
      signal: signal === undefined ? late : AbortSignal.any([signal, late]),
      agent: false as const, // no connection outlives the call
      ...(!metadata && { lookup: guardedLookup() }),
      ...(ca !== undefined && { ca: await withUsual(ca) }),
    };
    return await new Promise<HttpAnswer>((resolve, reject) => {
      const sent = send(url, options, (response) => {
        readAtMost(response, request.most ?? MOST_ANSWER).then(
          (bytes) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: bytes }),
          reject,
        );
      });
      sent.on("error", reject);
      sent.end(body);
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new HttpFailure(reasonOf(error), { cause: error });
  }
}

/** Given certificates replace the usual ones: both are wanted. */
async function withUsual(ca: string): Promise<string[]> {
  const { getCACertificates } = await import("node:tls");
  return [...getCACertificates("default"), ca];
}

async function readAtMost(response: IncomingMessage, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) throw new HttpFailure("the answer is too large");
    chunks.push(chunk);
  }
  const whole = Buffer.concat(chunks);
  for (const chunk of chunks) chunk.fill(0); // it may hold a secret
  return whole;
}

function reasonOf(error: unknown): string {
  if (error instanceof HttpFailure) return error.message;
  if (!(error instanceof Error)) return "failed";
  if (error.name === "AbortError" || error.name === "TimeoutError") return "no answer in time";
  const code = "code" in error && typeof error.code === "string" ? error.code : "the connection failed";
  return code === FORBIDDEN ? FORBIDDEN_TEXT : code;
}

const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 10_000;
const TRIES = 4;

/** Busy, or broken on the way: the same question may be asked again. */
export const mayRetry = (status: number): boolean => status === 429 || status >= 500;

/** Asks up to four times, doubling the pause, or as long as `Retry-After` says. Only for requests that change nothing. */
export async function retried(request: HttpRequest): Promise<HttpAnswer> {
  for (let attempt = 1; ; attempt++) {
    let pause = FIRST_PAUSE * 2 ** (attempt - 1);
    try {
      const answer = await http(request);
      if (!mayRetry(answer.status) || attempt === TRIES) return answer;
      const wanted = Number(answer.headers["retry-after"]);
      if (Number.isFinite(wanted) && wanted > 0) pause = wanted * 1_000;
    } catch (error) {
      if (!(error instanceof HttpFailure) || attempt === TRIES || !isPassing(error)) throw error;
    }
    await waited(Math.min(pause, LONGEST_PAUSE), request.signal);
  }
}

/** A refused address or certificate stays refused. */
const PASSING = new Set([
  "no answer in time",
  "ECONNRESET",
  "ECONNREFUSED",
  "EPIPE",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "ENETUNREACH",
]);
const isPassing = (error: HttpFailure): boolean => PASSING.has(error.message);

async function waited(ms: number, signal: AbortSignal | undefined): Promise<void> {
  const { setTimeout: delay } = await import("node:timers/promises");
  await delay(ms, undefined, { ...(signal !== undefined && { signal }) });
}
