/**
 * HTTP/1.1 (and TLS) in front of the kernel: bounded bodies and times, LIST, a graceful stop, one log line and one set of metrics
 * a request. It knows nothing of secrets but to zero their buffers once they are sent.
 */
import { readFileSync, statSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { constants } from "node:crypto";
import { BulkheadError } from "../core/errors.ts";
import { uuid } from "../core/ids.ts";
import type { ApiMethod, ApiTransport } from "../core/ports/api.ts";
import { certificatesOf } from "./client-certificates.ts";
import { acceptList, wasList } from "./list-method.ts";
import { type ServerLog, reasonOf } from "./log.ts";
import type { ServerMetrics } from "./metrics.ts";

export interface HttpServerOptions {
  readonly handle: ApiTransport;
  /** `host:port`; port 0 takes a free one. */
  readonly listen: string;
  readonly tls?:
    | {
        readonly certFile: string;
        readonly keyFile: string;
        /** Asks each client for a certificate and takes any or none: what it is worth, the `cert` auth method decides. */
        readonly clientCertificates?: boolean;
      }
    | undefined;
  /** Plain HTTP on an address that is not loopback (behind a TLS proxy). */
  readonly allowPlainHttp?: boolean;
  /** Bytes; Vault's is 32 MiB. */
  readonly maxBody?: number;
  /** Milliseconds for one whole request. */
  readonly requestTimeout?: number;
  /** Milliseconds that a connection may keep still between requests; 60,000. */
  readonly keepAliveTimeout?: number;
  readonly log: ServerLog;
  readonly metrics: ServerMetrics;
}

export interface HttpServer {
  /** `http://127.0.0.1:8200` */
  readonly address: string;
  /** Takes no new connection, lets running requests end (at most `grace` ms, default 10,000), then closes. */
  stop(grace?: number): Promise<void>;
  /** Reads certificate and key again; connections that stand keep theirs. Throws, and then nothing changed. */
  reloadTls(): void;
}

/** A resumed session carries the client's own certificate but not its chain: each connection shows both. */
const ASK_FOR_CERTIFICATES = {
  requestCert: true,
  rejectUnauthorized: false,
  secureOptions: constants.SSL_OP_NO_TICKET,
};

const METHODS: ReadonlySet<string> = new Set([
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "DELETE",
  "PATCH",
  "LIST",
  "SCAN",
]);
/** How long a refused connection may take to read why. */
const LINGER_MS = 1_000;
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;

export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { host, port } = parseListen(options.listen);
  if (options.tls === undefined && !LOOPBACK.test(host) && options.allowPlainHttp !== true)
    throw new BulkheadError("server.plain-not-loopback", { address: options.listen });
  const timeout = options.requestTimeout ?? 90_000;
  const limits = {
    requestTimeout: timeout,
    headersTimeout: Math.min(timeout, 15_000),
    keepAliveTimeout: options.keepAliveTimeout ?? 60_000,
    maxHeaderSize: 32 * 1024,
    connectionsCheckingInterval: 1_000,
  };
  const server =
    options.tls === undefined
      ? http.createServer(limits)
      : https.createServer({
          ...limits,
          ...readTls(options.tls),
          minVersion: "TLSv1.2",
          ...(options.tls.clientCertificates === true && ASK_FOR_CERTIFICATES),
        });
  let stopping = false;
  server.on("request", (request, response) => {
    serve(request, response, options, () => stopping).catch((error: unknown) => {
      options.log.error({ where: "http", reason: reasonOf(error) });
      response.destroy();
    });
  });
  acceptList(server, (error, socket) => {
    const status =
      (error as NodeJS.ErrnoException).code === "ERR_HTTP_REQUEST_TIMEOUT"
        ? "408 Request Timeout"
        : "400 Bad Request";
    if (socket.writable)
      socket.end(
        `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: 30\r\n\r\n{"errors":["malformed input"]}`,
      );
    // one that keeps its own side open is not waited for
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  });
  const address = await listen(server, host, port, options);
  server.on("error", (error) => options.log.error({ where: "listener", reason: reasonOf(error) }));
  return {
    address,
    reloadTls: () => {
      if (options.tls !== undefined && server instanceof https.Server)
        server.setSecureContext({ ...readTls(options.tls), minVersion: "TLSv1.2" });
    },
    stop: async (grace = 10_000) => {
      stopping = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), grace);
      const idle = setInterval(() => server.closeIdleConnections(), 50);
      await closed;
      clearTimeout(timer);
      clearInterval(idle);
    },
  };
}

function listen(
  server: http.Server,
  host: string,
  port: number,
  options: HttpServerOptions,
): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const code = error.code === "EADDRINUSE" ? "server.port-in-use" : "server.cannot-listen";
      reject(
        new BulkheadError(
          code,
          { address: options.listen, reason: error.code ?? error.message },
          { cause: error },
        ),
      );
    });
    server.listen(port, host, () => {
      const bound = server.address() as AddressInfo;
      const shown = bound.family === "IPv6" ? `[${bound.address}]` : bound.address;
      resolve(`${options.tls === undefined ? "http" : "https"}://${shown}:${bound.port}`);
    });
  });
}

function parseListen(listen: string): { host: string; port: number } {
  const found = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(listen);
  const port = Number(found?.[3]);
  if (found === null || port > 65_535)
    throw new BulkheadError("server.bad-listen", { address: listen.slice(0, 200) });
  return { host: found[1] ?? found[2] ?? "", port };
}

function readTls({ certFile, keyFile }: { certFile: string; keyFile: string }): {
  cert: Buffer;
  key: Buffer;
} {
  const read = (path: string): Buffer => {
    try {
      return readFileSync(path);
    } catch (cause) {
      throw new BulkheadError(
        "io.failed",
        { action: "read", path, reason: (cause as NodeJS.ErrnoException).code ?? "unreadable" },
        { cause },
      );
    }
  };
  const key = read(keyFile);
  if ((statSync(keyFile).mode & 0o077) !== 0)
    throw new BulkheadError("server.key-exposed", { path: keyFile });
  return { cert: read(certFile), key };
}

async function serve(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  options: HttpServerOptions,
  stopping: () => boolean,
): Promise<void> {
  const started = performance.now();
  const id = uuid();
  const remote = request.socket.remoteAddress ?? "";
  const method = wasList(request) ? "LIST" : (request.method ?? "");
  const [rawPath = "", rawQuery = ""] = splitOnce(request.url ?? "", "?");
  const finish = (
    status: number,
    headers: Readonly<Record<string, string>>,
    body: readonly Buffer[],
  ): Promise<void> =>
    new Promise((resolve) => {
      const whole = body.length === 1 ? body[0] : Buffer.concat(body);
      response.writeHead(status, {
        ...headers,
        ...(status !== 204 && { "Content-Length": String(whole?.length ?? 0) }),
        ...(stopping() && { Connection: "close" }),
      });
      const sent = (): void => {
        for (const chunk of body) chunk.fill(0);
        whole?.fill(0);
        const ms = performance.now() - started;
        options.metrics.observe({ method, status, seconds: ms / 1_000 });
        options.log.request({
          id,
          method,
          path: rawPath.slice(0, 512),
          status,
          ms: Math.round(ms * 10) / 10,
          remote,
        });
        resolve();
      };
      // head and body leave together
      if (method === "HEAD" || status === 204) response.end();
      else response.end(whole);
      if (response.closed)
        sent(); // the caller left meanwhile: nobody reads it, and it is put away all the same
      else response.once("close", sent);
    });
  const refuse = (status: number, text: string): Promise<void> =>
    finish(status, { "Content-Type": "application/json", "Cache-Control": "no-store" }, [
      Buffer.from(JSON.stringify({ errors: [text] })),
    ]);

  if (!METHODS.has(method)) return refuse(405, "unsupported operation");
  const path = apiPath(rawPath);
  if (path === null) return refuse(404, "not found: the API is below /v1/");
  const limit = options.maxBody ?? 32 * 1024 * 1024;
  const body = await readBody(request, limit);
  if (body === "too-large") {
    response.setHeader("Connection", "close");
    return refuse(413, `request body is larger than ${limit} bytes`);
  }
  if (body === "aborted") return void response.destroy();
  const call = {
    method: method as ApiMethod,
    path,
    query: new URLSearchParams(rawQuery),
    headers: plainHeaders(request),
    body,
    remote,
    certificates: certificatesOf(request.socket),
  };
  if (path === "sys/metrics" && method === "GET") {
    const allowed = await mayReadMetrics(options.handle, call.headers, call.remote);
    if (!allowed) return refuse(403, "permission denied");
    return finish(200, { "Content-Type": options.metrics.contentType, "Cache-Control": "no-store" }, [
      Buffer.from(await options.metrics.render()),
    ]);
  }
  const answer = await options.handle(call);
  return finish(answer.status, answer.headers, answer.body);
}

/** Asks the kernel what any other caller would: does this token's policy give read on sys/metrics? (authorized and audited there) */
async function mayReadMetrics(
  handle: ApiTransport,
  headers: Readonly<Record<string, string>>,
  remote: string,
): Promise<boolean> {
  const answer = await handle({
    method: "POST",
    path: "sys/capabilities-self",
    query: new URLSearchParams(),
    headers: { ...headers, "content-type": "application/json" },
    body: Buffer.from('{"paths":["sys/metrics"]}'),
    remote,
  });
  if (answer.status !== 200) return false;
  const { data } = JSON.parse(Buffer.concat(answer.body).toString("utf8")) as {
    data?: { capabilities?: string[] };
  };
  return data?.capabilities?.some((capability) => capability === "read" || capability === "root") ?? false;
}

function splitOnce(text: string, at: string): [string, string] {
  const index = text.indexOf(at);
  return index < 0 ? [text, ""] : [text.slice(0, index), text.slice(index + 1)];
}

/** Below `/v1/`, each segment decoded once; null for anything else and for paths that do not decode. */
function apiPath(raw: string): string | null {
  if (!raw.startsWith("/v1/")) return null;
  try {
    return decodeURIComponent(raw.slice(4));
  } catch {
    return null;
  }
}

function plainHeaders(request: http.IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(",") : value;
  return headers;
}

/** Not `for await`: leaving such a loop early would destroy the connection before the refusal is sent. */
function readBody(
  request: http.IncomingMessage,
  limit: number,
): Promise<Buffer | null | "too-large" | "aborted"> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const wipe = (): void => {
      for (const chunk of chunks.splice(0)) chunk.fill(0);
    };
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size <= limit) return void chunks.push(chunk);
      wipe();
      request.off("data", take).resume(); // what still comes is thrown away
      resolve("too-large");
    };
    request.on("data", take);
    request.on("end", () => {
      const body = size === 0 ? null : Buffer.concat(chunks);
      wipe();
      resolve(body);
    });
    request.on("close", () => {
      wipe();
      resolve("aborted");
    });
  });
}
