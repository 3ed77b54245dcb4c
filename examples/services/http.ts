/** A loopback listener with the few habits that all example services share: bounded bodies, JSON replies, a clean stop. */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

const BODY_LIMIT = 4 * 1024 * 1024;

export interface Reply {
  readonly status: number;
  /** An object is sent as JSON, a string or bytes as they are. */
  readonly body: unknown;
  readonly type?: string;
}

export interface ServiceRequest {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

export type Handler = (request: ServiceRequest) => Reply;

async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= BODY_LIMIT) chunks.push(chunk);
  }
  return size > BODY_LIMIT ? null : Buffer.concat(chunks);
}

/** `port` 0 takes a free one. */
export async function listen(handler: Handler, port = 0): Promise<{ server: Server; port: number }> {
  const server = createServer((request, response) => {
    readBody(request)
      .then((body) => {
        const path = (request.url ?? "/").split("?")[0] ?? "/";
        const reply: Reply =
          body === null
            ? { status: 413, body: { error: "body too large" } }
            : handler({ method: request.method ?? "GET", path, headers: request.headers, body });
        const raw = typeof reply.body === "string" || Buffer.isBuffer(reply.body);
        response.writeHead(reply.status, { "content-type": reply.type ?? "application/json" });
        response.end(raw ? reply.body : JSON.stringify(reply.body));
      })
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  return { server, port: (server.address() as AddressInfo).port };
}

export async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

/** The key a request carries: `Bearer KEY`, or the password of `Basic`; null without either. */
export function keyOf(headers: IncomingMessage["headers"]): string | null {
  const [scheme, value] = (headers.authorization ?? "").split(" ", 2);
  if (value === undefined) return null;
  if (scheme?.toLowerCase() === "bearer") return value;
  if (scheme?.toLowerCase() !== "basic") return null;
  const pair = Buffer.from(value, "base64").toString("utf8");
  return pair.slice(pair.indexOf(":") + 1);
}
