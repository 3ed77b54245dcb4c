/** An HTTP server on loopback that speaks some vendor's documented protocol: routes with state, and what was asked. */
import { type IncomingHttpHeaders, createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface ProtocolRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface ProtocolAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object goes as JSON. */
  readonly body?: unknown;
  /** Breaks the connection in place of answering. */
  readonly broken?: boolean;
}

export interface ProtocolServer {
  /** `http://127.0.0.1:PORT` */
  readonly address: string;
  readonly asked: readonly ProtocolRequest[];
  stop(): Promise<void>;
}

export async function protocolServer(
  answer: (request: ProtocolRequest) => ProtocolAnswer | Promise<ProtocolAnswer>,
): Promise<ProtocolServer> {
  const asked: ProtocolRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const url = new URL(incoming.url ?? "/", "http://loopback");
      const request = {
        method: incoming.method ?? "",
        path: url.pathname,
        query: url.searchParams,
        headers: incoming.headers,
        body: Buffer.concat(chunks).toString("utf8"),
      };
      asked.push(request);
      Promise.resolve(answer(request)).then(
        ({ status = 200, headers = {}, body = "", broken = false }) => {
          if (broken) return incoming.socket.destroy();
          const text = typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
          return outgoing.writeHead(status, headers).end(text);
        },
        (error: unknown) => outgoing.writeHead(500).end(String(error)),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    asked,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
