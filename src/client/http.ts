/** The HTTP transport: keep-alive connections to one server, TLS with an extra CA where given, a time limit for each call. */
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { BulkheadError } from "../core/errors.ts";
import type { ApiRequest, ApiResponse, ApiTransport } from "../core/ports/api.ts";

export interface HttpTransportOptions {
  /** `http://127.0.0.1:8200` or `https://…`; a path is not allowed. */
  readonly address: string;
  /** PEM file of a CA to trust besides the system's. */
  readonly caFile?: string | undefined;
  /** Milliseconds for one call (default 60,000). */
  readonly timeout?: number | undefined;
}

export interface HttpTransport {
  readonly send: ApiTransport;
  close(): void;
}

const MAX_ANSWER = 64 * 1024 * 1024;

export function httpTransport({ address, caFile, timeout = 60_000 }: HttpTransportOptions): HttpTransport {
  const base = parseAddress(address);
  const secure = base.protocol === "https:";
  const agent = secure
    ? new https.Agent({
        keepAlive: true,
        ...(caFile !== undefined && { ca: [...tlsRoots(), readFileSync(caFile, "utf8")] }),
      })
    : new http.Agent({ keepAlive: true });
  const send = (request: ApiRequest): Promise<ApiResponse> =>
    new Promise((resolve, reject) => {
      const fail = (reason: string, cause?: unknown): void =>
        reject(new BulkheadError("api.unreachable", { address: base.origin, reason }, { cause }));
      const list = request.method === "LIST";
      const query = new URLSearchParams(request.query);
      if (list) query.set("list", "true");
      const search = query.size > 0 ? `?${query}` : "";
      const path = `/v1/${request.path.split("/").map(encodeURIComponent).join("/")}${search}`;
      const outgoing = (secure ? https : http).request(
        {
          agent,
          hostname: base.hostname.replace(/^\[|\]$/g, ""),
          port: base.port || (secure ? 443 : 80),
          method: list ? "GET" : request.method,
          path,
          headers: { ...request.headers, "content-length": String(request.body?.length ?? 0) },
          timeout,
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          let size = 0;
          incoming.on("data", (chunk: Buffer) => {
            size += chunk.length;
            chunks.push(chunk);
            if (size > MAX_ANSWER)
              outgoing.destroy(new Error(`the answer is larger than ${MAX_ANSWER} bytes`));
          });
          incoming.on("error", (error) => fail(error.message, error));
          incoming.on("end", () =>
            resolve({
              status: incoming.statusCode ?? 0,
              headers: incoming.headers as Record<string, string>,
              body: chunks,
            }),
          );
        },
      );
      outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer within ${timeout / 1_000} s`)));
      outgoing.on("error", (error: NodeJS.ErrnoException) =>
        fail(error.code === "ECONNREFUSED" ? "connection refused" : error.message, error),
      );
      outgoing.end(request.body ?? undefined);
    });
  return { send, close: () => agent.destroy() };
}

function tlsRoots(): readonly string[] {
  return process.getBuiltinModule("node:tls").getCACertificates("default");
}

function parseAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  const plain =
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    url.pathname === "/" &&
    url.search === "" &&
    url.username === "" &&
    url.password === "";
  if (!plain)
    throw new BulkheadError("api.bad-address", {
      address: url?.username ? "(with user and password)" : address.slice(0, 200),
    });
  return url;
}
