/**
 * The method LIST. hvac and node-vault send it literally, and node's HTTP parser refuses it (HPE_INVALID_METHOD at the `S`). The
 * `clientError` event still holds the bytes, so the common path pays nothing: the connection is given to a fresh parser behind a
 * small duplex that starts with the refused bytes, `LIST ` spelled as the equally long, legal `LINK `.
 */
import type { IncomingMessage, Server } from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import { Duplex } from "node:stream";

const PREFIX = "LI";
const REST = "ST ";

interface ParseError extends Error {
  readonly code?: string;
  readonly rawPacket?: Buffer;
  readonly bytesParsed?: number;
}

/** One revived stretch of a connection: what the parser sees from a LIST request to the next. */
class Revived extends Duplex {
  readonly raw: Socket;
  /** The next LINK request is a LIST. */
  listPending = true;
  /** From the refused `S` on, until there is enough to tell; null from then on. */
  #held: Buffer | null;
  #onData = (chunk: Buffer): void => {
    if (!this.#take(chunk)) this.raw.pause();
  };
  #onEnd = (): void => {
    this.push(null);
  };
  #onClose = (): void => {
    this.destroy();
  };
  #onError = (error: Error): void => {
    this.destroy(error);
  };
  #onTimeout = (): void => {
    this.emit("timeout");
  };

  constructor(raw: Socket, first: Buffer) {
    super({ allowHalfOpen: true });
    this.raw = raw;
    this.#held = Buffer.alloc(0);
    this.#take(first);
    raw.on("data", this.#onData).on("end", this.#onEnd).on("close", this.#onClose);
    raw.on("error", this.#onError).on("timeout", this.#onTimeout);
    raw.resume();
  }

  #take(chunk: Buffer): boolean {
    if (this.#held === null) return this.push(chunk);
    const held = Buffer.concat([this.#held, chunk]);
    const start = held.toString("latin1", 0, REST.length);
    if (start.length < REST.length && REST.startsWith(start)) {
      this.#held = held;
      return true;
    }
    this.#held = null;
    // Something else that begins with LIS goes to the parser as it came, and is refused there.
    return this.push(
      start === REST
        ? Buffer.concat([Buffer.from("LINK "), held.subarray(REST.length)])
        : Buffer.concat([Buffer.from(PREFIX), held]),
    );
  }

  /** Lets go of the connection, so that a successor can take it. */
  release(): void {
    this.raw
      .off("data", this.#onData)
      .off("end", this.#onEnd)
      .off("close", this.#onClose)
      .off("error", this.#onError)
      .off("timeout", this.#onTimeout);
    this.raw.setTimeout(0);
    endOnError(this.raw);
    this.raw.pause();
  }

  get remoteAddress(): string | undefined {
    return this.raw.remoteAddress;
  }
  /** Of the connection itself, so that one that listed once and then keeps still is closed like any other. */
  setTimeout(ms: number): this {
    this.raw.setTimeout(ms);
    return this;
  }
  /** What the parser calls after the last answer, where it would otherwise only end its own side. */
  destroySoon(): void {
    if (this.writableFinished) return void this.destroy();
    this.once("finish", () => this.destroy());
    this.end();
  }
  setKeepAlive(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  override _read(): void {
    this.raw.resume();
  }
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.raw.write(chunk, done);
  }
  override _final(done: (error?: Error | null) => void): void {
    this.raw.end(done);
  }
  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.raw.destroy();
    done(error);
  }
}

/** True when this request was a LIST before it was revived. Asks once per request. */
export function wasList(request: IncomingMessage): boolean {
  const socket = request.socket as unknown;
  if (request.method !== "LINK" || !(socket instanceof Revived) || !socket.listPending) return false;
  socket.listPending = false;
  return true;
}

/** The bytes from the refused `S` on, when what the parser read before it was the start of a LIST; null otherwise. */
export function refusedList(packet: Buffer, bytesParsed: number): Buffer | null {
  const rest = packet.subarray(bytesParsed);
  const start = rest.toString("latin1", 0, REST.length);
  // The parser came as far as the S only over `LI`; what an earlier packet held of it is not in this one.
  const before = packet.toString("latin1", Math.max(0, bytesParsed - PREFIX.length), bytesParsed);
  return start !== "" && REST.startsWith(start) && PREFIX.endsWith(before) ? rest : null;
}

/** Makes `server` take LIST. `busy` tells how many answers a connection still owes (they go out first). */
export function acceptList(server: Server, fallback: (error: Error, socket: Duplex) => void): void {
  // The event whose sockets go to the HTTP parser: behind TLS it is the one after the handshake.
  const parsed = server instanceof https.Server ? "secureConnection" : "connection";
  const owed = new WeakMap<Duplex, number>();
  const waiting = new WeakMap<Duplex, () => void>();
  server.prependListener("request", (request: IncomingMessage, response) => {
    const socket = request.socket;
    owed.set(socket, (owed.get(socket) ?? 0) + 1);
    response.once("close", () => {
      const left = (owed.get(socket) ?? 1) - 1;
      owed.set(socket, left);
      if (left === 0) waiting.get(socket)?.();
    });
  });
  server.on("clientError", (error: ParseError, socket: Duplex) => {
    const first =
      error.code === "HPE_INVALID_METHOD" && error.rawPacket !== undefined
        ? refusedList(error.rawPacket, error.bytesParsed ?? 0)
        : null;
    if (first === null) return fallback(error, socket);
    const raw = socket instanceof Revived ? socket.raw : (socket as Socket);
    forgetRequest(socket);
    if (socket instanceof Revived) socket.release();
    else detachParser(raw);
    const revive = (): void => {
      if (!raw.destroyed) server.emit(parsed, new Revived(raw, first));
    };
    if ((owed.get(socket) ?? 0) === 0) revive();
    else waiting.set(socket, revive);
  });
}

/** Takes the connection away from the parser that failed: a `data` listener makes node hand the bytes back to JavaScript. */
function detachParser(raw: Socket): void {
  const keep = (): void => undefined;
  raw.on("data", keep);
  raw.pause();
  for (const event of ["data", "end", "timeout", "readable"]) raw.removeAllListeners(event);
  endOnError(raw);
  raw.setTimeout(0);
}

/**
 * The server looks now and then for requests that take too long, and the failed parser's would never end: 15 seconds later the
 * connection would be answered 408 and closed. `remove` is what node itself calls when it is done with a parser.
 */
function forgetRequest(socket: Duplex & { readonly parser?: { remove?(): void } | null }): void {
  socket.parser?.remove?.();
}

/** One listener a connection, however many LISTs come over it. */
function endOnError(raw: Socket): void {
  raw.off("error", destroyIt).on("error", destroyIt);
}

function destroyIt(this: Socket): void {
  this.destroy();
}
