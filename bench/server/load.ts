/**
 * One load generator for every server: so many connections, each sending its next request when the answer of the last is there.
 * A process of its own (`node load.ts`, the task as JSON on standard input), so that its work is not counted as the server's.
 */
import { type Socket, connect } from "node:net";
import { connect as connectTls } from "node:tls";

export interface LoadTask {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** Whole requests as text; sent in turn, from the start again when all were sent (`once` ends there). */
  readonly requests: readonly string[];
  readonly connections: number;
  /** Of measuring; 0 with `once`. */
  readonly seconds: number;
  readonly warmup: number;
  readonly once: boolean;
}

export interface LoadResult {
  readonly requests: number;
  /** Answers other than 2xx. */
  readonly failed: number;
  readonly firstFailure: string;
  readonly seconds: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

interface Counter {
  readonly times: number[];
  failed: number;
  firstFailure: string;
}

if (import.meta.main) {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  const task = JSON.parse(Buffer.concat(parts).toString("utf8")) as LoadTask;
  process.stdout.write(`${JSON.stringify(await load(task))}\n`);
}

async function load(task: LoadTask): Promise<LoadResult> {
  const bytes = task.requests.map((text) => Buffer.from(text));
  const counter: Counter = { times: [], failed: 0, firstFailure: "" };
  let next = 0;
  let until = task.once ? Number.POSITIVE_INFINITY : performance.now() + task.warmup * 1_000;
  const take = (): Buffer | null => {
    if (performance.now() >= until || (task.once && next >= bytes.length)) return null;
    return bytes[next++ % bytes.length] ?? null;
  };
  const sockets = await Promise.all(Array.from({ length: task.connections }, () => open(task)));
  const round = (): Promise<unknown> => Promise.all(sockets.map((socket) => drive(socket, take, counter)));
  let started = performance.now();
  await round();
  if (!task.once) {
    counter.times.length = 0;
    process.stderr.write("measuring\n"); // the CPU clock of the server starts here
    started = performance.now();
    until = started + task.seconds * 1_000;
    await round();
    process.stderr.write("measured\n");
  }
  const seconds = (performance.now() - started) / 1_000;
  for (const socket of sockets) socket.destroy();
  const sorted = Float64Array.from(counter.times).sort();
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const { failed, firstFailure } = counter;
  return { requests: sorted.length, failed, firstFailure, seconds, p50: at(0.5), p99: at(0.99) };
}

function open({ host, port, tls }: LoadTask): Promise<Socket> {
  return new Promise((resolve, reject) => {
    // the certificate was made a moment ago for this run alone
    const socket: Socket = tls
      ? connectTls({ host, port, rejectUnauthorized: false }, () => resolve(socket))
      : connect(port, host, () => resolve(socket));
    socket.setNoDelay(true);
    socket.once("error", reject);
  });
}

/** Sends and waits until `take` gives nothing more. */
function drive(socket: Socket, take: () => Buffer | null, counter: Counter): Promise<void> {
  return new Promise((resolve, reject) => {
    let sent = 0;
    let kept: Buffer = Buffer.alloc(0);
    const send = (): void => {
      const request = take();
      if (request === null) {
        socket.removeAllListeners("data");
        socket.removeAllListeners("close");
        resolve();
        return;
      }
      sent = performance.now();
      socket.write(request);
    };
    socket.removeAllListeners("error");
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("the server closed a connection")));
    socket.on("data", (chunk: Buffer) => {
      kept = kept.length === 0 ? chunk : Buffer.concat([kept, chunk]);
      const length = answerLength(kept);
      if (length === null || kept.length < length) return;
      counter.times.push(performance.now() - sent);
      if (kept[9] !== 0x32) {
        counter.failed++;
        counter.firstFailure ||= kept.toString("latin1", 0, 600);
      }
      kept = kept.subarray(length);
      send();
    });
    send();
  });
}

/** Bytes of the first answer in the buffer; null while that is not known. */
function answerLength(bytes: Buffer): number | null {
  const head = bytes.indexOf("\r\n\r\n");
  if (head < 0) return null;
  const text = bytes.toString("latin1", 0, head).toLowerCase();
  const body = head + 4;
  const found = /\r\ncontent-length: (\d+)/.exec(text)?.[1];
  if (found !== undefined) return body + Number(found);
  if (!text.includes("transfer-encoding: chunked")) return body;
  for (let at = body; ; ) {
    const end = bytes.indexOf("\r\n", at);
    if (end < 0) return null;
    const size = Number.parseInt(bytes.toString("latin1", at, end), 16);
    at = end + 2 + size + 2;
    if (size === 0) return at;
    if (at > bytes.length) return null;
  }
}
