/**
 * The allowlisting proxy: the only way to the network for whoever stands behind it (a job at level 3, the broker). CONNECT and plain
 * requests with an absolute address; each is judged by itself: the declared host and port, then the addresses its name has now, which
 * are dialled without a second look-up, then the name inside the TLS connection, which must be the one that was asked for.
 */
import {
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
  createServer,
  request,
} from "node:http";
import { type LookupFunction, type Socket, connect, isIP } from "node:net";
import type { Duplex } from "node:stream";
import { type Resolve, resolveFor, systemResolve } from "./addresses.ts";
import { type Destination, DestinationRecord } from "./record.ts";
import { type EgressRules, canonicalHost } from "./rules.ts";
import { relayTunnel } from "./tunnel.ts";

const DIAL_MS = 30_000;

export interface EgressProxyOptions {
  readonly rules: EgressRules;
  /** Default: the system's. */
  readonly resolve?: Resolve;
}

/** A place that was judged and may be dialled. */
interface Way {
  readonly host: string;
  readonly port: number;
  readonly portDeclared: boolean;
  readonly addresses: readonly string[];
}

class Refused extends Error {
  readonly status: number;
  constructor(reason: string, status = 403) {
    super(reason);
    this.status = status;
  }
}

export class EgressProxy {
  readonly #rules: EgressRules;
  readonly #resolve: Resolve;
  readonly #record = new DestinationRecord();
  readonly #server: Server;
  readonly #open = new Set<Duplex>();

  constructor({ rules, resolve = systemResolve }: EgressProxyOptions) {
    this.#rules = rules;
    this.#resolve = resolve;
    this.#server = createServer({ insecureHTTPParser: false }, (message, response) => {
      this.#plain(message, response).catch((error: unknown) => answer(response, error));
    });
    this.#server.on("connect", (message: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#connect(message, socket, head).catch((error: unknown) => close(socket, error));
    });
    this.#server.on("upgrade", (_: IncomingMessage, socket: Duplex) =>
      close(socket, new Refused("an upgrade goes through CONNECT", 501)),
    );
    this.#server.on("clientError", (_: Error, socket: Duplex) => socket.destroy());
  }

  /** Serves one connection of a client. */
  accept(socket: Socket): void {
    socket.on("error", () => socket.destroy());
    this.#open.add(socket);
    socket.once("close", () => this.#open.delete(socket));
    this.#server.emit("connection", socket);
  }

  /** What was asked for so far. */
  destinations(): readonly Destination[] {
    return this.#record.list();
  }

  /** Whether a connection there would be made; asks, and makes none. */
  async allows(hostname: string, port: number): Promise<boolean> {
    const host = canonicalHost(hostname);
    if (host === null || !this.#rules.judge(host, port).allowed) return false;
    return (await resolveFor(host, this.#rules, this.#resolve)).refused === null;
  }

  /** Ends every connection; resolves when all of them are in the record. */
  async close(): Promise<void> {
    const ending = [...this.#open].map((socket) => {
      const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
      socket.destroy();
      return closed;
    });
    await Promise.all(ending);
  }

  async #judge(hostname: string, port: number): Promise<Way> {
    const host = canonicalHost(hostname);
    if (host === null) throw new Refused("that is no host", 400);
    const refuse = (reason: string): Refused => {
      this.#record.refused(host, port, reason);
      return new Refused(`${host}:${port} is refused: ${reason}`);
    };
    const verdict = this.#rules.judge(host, port);
    if (!verdict.allowed) throw refuse("it is not declared");
    const { addresses, refused } = await resolveFor(host, this.#rules, this.#resolve);
    if (refused !== null) throw refuse(refused);
    return { host, port, portDeclared: verdict.portDeclared, addresses };
  }

  async #connect(message: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on("error", () => socket.destroy());
    const [, hostname = "", digits = ""] =
      /^(\[[0-9a-fA-F:.]+\]|[^:/@\s]+):(\d{1,5})$/.exec(message.url ?? "") ?? [];
    const port = Number(digits);
    if (port < 1 || port > 65_535) throw new Refused("CONNECT takes host:port", 400);
    const way = await this.#judge(hostname, port);
    const upstream = await this.#dial(way);
    this.#track(upstream);
    this.#record.connected(way.host, port);
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    relayTunnel({
      ...way,
      client: socket,
      upstream,
      head,
      refused: (reason) => this.#record.refused(way.host, port, reason),
      ended: (sent, received) => this.#record.carried(way.host, port, sent, received),
    });
  }

  #track(socket: Socket): void {
    this.#open.add(socket);
    socket.once("close", () => this.#open.delete(socket));
  }

  #dial({ host, port, addresses }: Way): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port, lookup: fixedLookup(addresses), autoSelectFamily: true });
      socket.setTimeout(DIAL_MS, () => socket.destroy(new Error("no answer")));
      socket.once("error", (error: NodeJS.ErrnoException) =>
        reject(new Refused(`${host}:${port} cannot be reached: ${error.code ?? error.message}`, 502)),
      );
      socket.once("connect", () => {
        socket.setTimeout(0);
        socket.on("error", () => socket.destroy());
        resolve(socket);
      });
    });
  }

  async #plain(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = URL.parse(message.url ?? "");
    if (url?.protocol !== "http:") throw new Refused("a proxy is asked for http://host/… or by CONNECT", 400);
    const way = await this.#judge(url.hostname, Number(url.port || 80));
    const { host, port } = way;
    const upstream = request({
      host,
      port,
      method: message.method ?? "GET",
      path: `${url.pathname}${url.search}`,
      headers: forwarded(message, url.host),
      lookup: fixedLookup(way.addresses),
      agent: false,
    });
    this.#record.connected(host, port);
    upstream.once("socket", (socket) => {
      this.#track(socket);
      socket.once("close", () => this.#record.carried(host, port, socket.bytesWritten, socket.bytesRead));
    });
    response.once("close", () => upstream.destroy());
    upstream.once("response", (reply) => {
      response.writeHead(reply.statusCode ?? 502, reply.statusMessage, hopless(reply));
      reply.on("error", () => response.destroy());
      reply.pipe(response);
    });
    upstream.once("error", (error: NodeJS.ErrnoException) =>
      answer(response, new Refused(`${host}:${port} cannot be reached: ${error.code ?? "unknown"}`, 502)),
    );
    message.pipe(upstream);
  }
}

/** Gives the addresses that were judged, whatever the name has become meanwhile. */
const fixedLookup =
  (addresses: readonly string[]): LookupFunction =>
  (_, options, done) => {
    const found = addresses.map((address) => ({ address, family: isIP(address) }));
    if (options.all === true) done(null, found);
    else done(null, found[0]?.address ?? "", found[0]?.family ?? 0);
  };

/** RFC 9110, 7.6.1: meant for the next hop only. */
const HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authorization",
  "proxy-authenticate",
  "te",
  "trailer",
  "upgrade",
]);

function hopless(message: IncomingMessage): OutgoingHttpHeaders {
  const named = (message.headers.connection ?? "")
    .toLowerCase()
    .split(",")
    .map((one) => one.trim());
  return Object.fromEntries(
    Object.entries(message.headersDistinct).filter(([name]) => !HOP.has(name) && !named.includes(name)),
  );
}

/** The host of the address that was judged, whatever the client wrote into its `Host`. */
function forwarded(message: IncomingMessage, host: string): OutgoingHttpHeaders {
  return { ...hopless(message), host, connection: "close" };
}

function answer(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy();
  const { status, message } = error instanceof Refused ? error : new Refused("the proxy failed", 500);
  response.writeHead(status, {
    "content-type": "text/plain",
    "x-bulkhead-egress": "refused",
    connection: "close",
  });
  response.end(`${message}\n`);
}

function close(socket: Duplex, error: unknown): void {
  const { status, message } = error instanceof Refused ? error : new Refused("the proxy failed", 500);
  const body = `${message}\n`;
  socket.end(
    `HTTP/1.1 ${status} Refused\r\ncontent-type: text/plain\r\nx-bulkhead-egress: refused\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
