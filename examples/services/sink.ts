/**
 * Where the demonstration's poisoned dependency sends what it collected. Keeps the raw bytes in memory only, so that one can
 * count which known values are among them; what was merely tried is kept too: an empty haul counts only if the thief was there.
 */
import type { Reply, ServiceRequest } from "./http.ts";

/** One thing taken: `kind` is environment, process, dotenv, home or bulkhead; `name` the file or `PID/environ`. */
export interface SinkPiece {
  readonly kind: string;
  readonly name: string;
  readonly bytes: Buffer;
}

export interface Collection {
  /** File name of the stage's script. */
  readonly stage: string;
  /** How many places of each kind were tried. */
  readonly tried: Readonly<Record<string, number>>;
  readonly pieces: readonly SinkPiece[];
}

export interface Sink {
  handle(request: ServiceRequest): Reply;
  /** Everything received since the start or the last `reset`, in order. */
  bytes(): Buffer;
  /** The same, taken apart; one for each import that reached the sink. */
  collections(): readonly Collection[];
  reset(): void;
}

const TOTAL_LIMIT = 64 * 1024 * 1024;
const HEAD = /^--- ([a-z]+) ("(?:[^"\\]|\\.)*") (\d+)$/;

/** Takes a body apart; what is not in the format ends the parse, the raw bytes stay with the sink. */
export function parseCollection(body: Buffer): Collection {
  const pieces: SinkPiece[] = [];
  let stage = "";
  let tried: Record<string, number> = {};
  let at = 0;
  while (at < body.length) {
    const end = body.indexOf(0x0a, at);
    const match = end < 0 ? null : HEAD.exec(body.toString("utf8", at, end));
    if (match === null) break;
    const [, kind = "", name = '""', length = "0"] = match;
    const bytes = body.subarray(end + 1, end + 1 + Number(length));
    at = end + 1 + Number(length) + 1;
    try {
      if (kind === "head") {
        const head = JSON.parse(bytes.toString("utf8")) as { stage: string; tried: Record<string, number> };
        stage = head.stage;
        tried = head.tried;
      } else pieces.push({ kind, name: JSON.parse(name) as string, bytes });
    } catch {
      break;
    }
  }
  return { stage, tried, pieces };
}

export function createSink(): Sink {
  let bodies: Buffer[] = [];
  let size = 0;
  return {
    handle: ({ method, path, body }) => {
      if (method !== "POST" || path !== "/collect") return { status: 404, body: { error: "not found" } };
      if (size + body.length > TOTAL_LIMIT) return { status: 413, body: { error: "the sink is full" } };
      bodies.push(body);
      size += body.length;
      return { status: 200, body: { received: body.length } };
    },
    bytes: () => Buffer.concat(bodies),
    collections: () => bodies.map(parseCollection),
    reset: () => {
      bodies = [];
      size = 0;
    },
  };
}
