/**
 * Asking an issuer: bounded in time and size, https (or http on this machine alone), redirects within the same host. What comes back
 * is data from outside; its shape is checked by whoever asked.
 */
import type { IncomingMessage } from "node:http";
import { type Allowed, ForbiddenAddress, checkHost, guardedLookup } from "../../core/destination.ts";
import type { Json } from "../../core/json-bytes.ts";

/** Why asking failed, in words for the operator. */
export class FetchError extends Error {
  readonly status: number;
  constructor(reason: string, status = 0) {
    super(reason);
    this.status = status;
  }
}

export interface Ask {
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Certificates (PEM) to trust in place of the system's; empty: the system's. */
  readonly ca?: string | undefined;
  readonly timeoutMs?: number;
  /** Asked again at the place a 3xx names, on the same host. Not where credentials are sent. */
  readonly redirects?: number;
  /** Where the address may lead. */
  readonly allowed?: Allowed;
}

const TIMEOUT_MS = 5_000;
const MOST_BYTES = 512 * 1024;

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
export const isLoopback = (host: string): boolean => LOOPBACK.test(host);

/** Throws `FetchError` unless it is https, or http to this machine, without user and password. */
export function issuerUrl(text: string): URL {
  if (!URL.canParse(text)) throw new FetchError("it is not a URL");
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") throw new FetchError("it holds a user or password");
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname)))
    throw new FetchError("it must be https (http on this machine only)");
  checkAddress(url);
  return url;
}

function checkAddress({ hostname }: URL, allowed?: Allowed): void {
  try {
    checkHost(hostname, allowed);
  } catch (error) {
    throw error instanceof ForbiddenAddress ? new FetchError(error.message) : error;
  }
}

/** The JSON at `address`. Throws `FetchError`. */
export async function fetchJson(address: string, ask: Ask = {}): Promise<Json> {
  const deadline = AbortSignal.timeout(ask.timeoutMs ?? TIMEOUT_MS);
  let url = issuerUrl(address);
  for (let hops = ask.redirects ?? 2; ; hops--) {
    const answer = await send(url, ask, deadline);
    if (answer.status >= 300 && answer.status < 400 && answer.location !== undefined) {
      url = redirected(url, answer.location, hops);
      continue;
    }
    if (answer.status < 200 || answer.status > 299)
      throw new FetchError(`${answer.status} ${answer.reason}`.trim(), answer.status);
    try {
      return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(answer.body)) as Json;
    } catch {
      throw new FetchError("the answer is not JSON");
    }
  }
}

function redirected(from: URL, location: string, hops: number): URL {
  if (hops <= 0) throw new FetchError("it is redirected too often");
  if (!URL.canParse(location, from.href)) throw new FetchError("it is redirected to no address");
  const to = issuerUrl(new URL(location, from).href);
  if (to.host !== from.host || to.protocol !== from.protocol)
    throw new FetchError("it is redirected to another host");
  return to;
}

interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly location: string | undefined;
  readonly body: Buffer;
}

async function send(
  url: URL,
  { method = "GET", headers, body, ca, allowed }: Ask,
  signal: AbortSignal,
): Promise<Answer> {
  checkAddress(url, allowed);
  const { request } = await (url.protocol === "https:" ? import("node:https") : import("node:http"));
  return await new Promise((resolve, reject) => {
    const fail = (error: unknown): void =>
      reject(error instanceof FetchError ? error : new FetchError(reasonOf(error)));
    const sent = request(
      url,
      {
        method,
        signal,
        lookup: guardedLookup(allowed),
        agent: false, // no connection outlives the question
        headers: { accept: "application/json", ...headers },
        ...(ca !== undefined && ca !== "" && { ca }),
      },
      (response) => {
        collect(response).then(
          (bytes) =>
            resolve({
              status: response.statusCode ?? 0,
              reason: response.statusMessage ?? "",
              location: response.headers.location,
              body: bytes,
            }),
          fail,
        );
      },
    );
    sent.on("error", fail);
    sent.end(body);
  });
}

async function collect(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) {
      response.destroy();
      throw new FetchError(`the answer is longer than ${MOST_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const CODES: Readonly<Record<string, string>> = {
  ABORT_ERR: "no answer in time",
  ECONNREFUSED: "connection refused",
  ENOTFOUND: "the host is not known",
  ECONNRESET: "the connection broke",
};

function reasonOf(error: unknown): string {
  if (error instanceof ForbiddenAddress) return error.message;
  const { code, name } = error as { code?: string; name?: string };
  if (name === "AbortError" || name === "TimeoutError") return "no answer in time";
  return CODES[code ?? ""] ?? code ?? "the connection failed";
}
