/**
 * One request to a provider about a key: https (or this machine), to a host that the provider's description names, bounded in time and
 * bytes, without following a redirect. What was sent stands in no error.
 */
import type { IncomingMessage } from "node:http";
import { checkHost, guardedLookup, isLoopbackAddress } from "../core/destination.ts";

export interface BoundedRequest {
  readonly method: "GET" | "POST" | "DELETE" | "PUT" | "PATCH";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Hosts that may be asked; any other is refused before anything is sent. This machine's own are not excepted. */
  readonly hosts?: readonly string[];
  /** Milliseconds until the answer is whole; 15 s when left out. */
  readonly timeout?: number;
  /** Bytes of the answer; 1 MiB when left out. */
  readonly most?: number;
  readonly signal?: AbortSignal;
}

export interface BoundedAnswer {
  readonly status: number;
  /** Lower-case names; several of one name are joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** The caller's; it may hold a secret. */
  readonly body: Buffer;
}

/** No answer that can be used. Its message names the host and the reason, and nothing of what was sent. */
export class RequestFailure extends Error {
  override readonly name = "RequestFailure";
}

const TIMEOUT_MS = 15_000;
const MOST = 1_048_576;

const isHere = (hostname: string): boolean =>
  hostname === "localhost" || isLoopbackAddress(hostname.replace(/^\[(.*)\]$/, "$1"));

/** Throws `RequestFailure`, or the signal's own reason. */
export async function boundedRequest(request: BoundedRequest): Promise<BoundedAnswer> {
  const url = URL.parse(request.url);
  if (url === null) throw new RequestFailure("the address is none");
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isHere(url.hostname)))
    throw new RequestFailure(`${url.hostname}: keys go over https, or to this machine`);
  if (url.username !== "" || url.password !== "")
    throw new RequestFailure(`${url.hostname}: the address holds a user`);
  if (request.hosts !== undefined && !request.hosts.includes(url.hostname))
    throw new RequestFailure(`${url.hostname} is not one of the provider's hosts`);
  const late = AbortSignal.timeout(request.timeout ?? TIMEOUT_MS);
  const signal = request.signal === undefined ? late : AbortSignal.any([request.signal, late]);
  try {
    checkHost(url.hostname);
    return await send(url, request, signal);
  } catch (error) {
    if (request.signal?.aborted === true) throw error;
    throw new RequestFailure(`${url.hostname}: ${reasonOf(error)}`);
  }
}

async function send(url: URL, request: BoundedRequest, signal: AbortSignal): Promise<BoundedAnswer> {
  const { request: open } = await (url.protocol === "https:" ? import("node:https") : import("node:http"));
  const { method, body, headers } = request;
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
  return await new Promise<BoundedAnswer>((resolve, reject) => {
    const sent = open(
      url,
      { method, headers: { ...headers, ...length }, signal, agent: false, lookup: guardedLookup() },
      (response) => {
        whole(response, request.most ?? MOST).then(
          (bytes) =>
            resolve({ status: response.statusCode ?? 0, headers: joined(response.headers), body: bytes }),
          reject,
        );
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

async function whole(response: IncomingMessage, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) throw new RequestFailure("the answer is too large");
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  for (const chunk of chunks) chunk.fill(0);
  return bytes;
}

const joined = (headers: IncomingMessage["headers"]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]],
    ),
  );

/** A code or words of ours: a message of Node's may repeat a header. */
function reasonOf(error: unknown): string {
  if (error instanceof RequestFailure) return error.message;
  if (!(error instanceof Error)) return "failed";
  if (error.name === "AbortError" || error.name === "TimeoutError") return "no answer in time";
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === "string" && /^[A-Z0-9_]{1,60}$/.test(code) ? code : "the connection failed";
}
