/** One line of the log and what it hashes to (docs/spec/audit.md). */
import { hash, createHash } from "node:crypto";
import { isUtf8 } from "node:buffer";

const DOMAIN = "bulkhead.audit.v1\0";
/** `,"hash":"` and 64 digits and `"}` */
const SUFFIX_BYTES = 75;
const HEAD =
  /^\{"seq":(\d{1,15}),"time":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)","prev":"([0-9a-f]{64})"[,]?/;
const SUFFIX = /^,"hash":"([0-9a-f]{64})"\}$/;
const HEAD_BYTES = 140;

/** Where a chain stands: entries so far, and the hash of the last one. */
export interface ChainState {
  readonly seq: number;
  readonly hash: string;
}

/** Before the first entry of a segment: bound to its name, so that segments can't be swapped. */
export function beginning(segment: string): ChainState {
  return { seq: 0, hash: hash("sha256", DOMAIN + segment, "hex") };
}

/** `inner` is the entry's JSON without its braces. Gives the line (with its newline) and the state after it. */
export function nextLine(
  state: ChainState,
  time: string,
  inner: string,
): { line: string; state: ChainState } {
  const seq = state.seq + 1;
  const body = `{"seq":${seq},"time":"${time}","prev":"${state.hash}"${inner === "" ? "" : `,${inner}`}`;
  const value = hash("sha256", DOMAIN + body, "hex");
  return { line: `${body},"hash":"${value}"}\n`, state: { seq, hash: value } };
}

export interface ParsedLine {
  readonly seq: number;
  readonly time: string;
  readonly prev: string;
  readonly hash: string;
}

/** `line` is without its newline. A string says what is wrong with it; its place in the chain is not looked at. */
export function parseLine(line: Buffer): ParsedLine | string {
  const bodyLength = line.length - SUFFIX_BYTES;
  const suffix = bodyLength > 0 ? SUFFIX.exec(line.toString("latin1", bodyLength)) : null;
  const head = HEAD.exec(line.toString("latin1", 0, Math.min(HEAD_BYTES, Math.max(bodyLength, 0))));
  if (suffix === null || head === null) return "is not an entry";
  const value = createHash("sha256").update(DOMAIN).update(line.subarray(0, bodyLength)).digest("hex");
  if (value !== suffix[1]) return "was changed: its hash does not match";
  if (!isUtf8(line) || !isJson(line)) return "is not JSON";
  return { seq: Number(head[1]), time: head[2] ?? "", prev: head[3] ?? "", hash: value };
}

function isJson(line: Buffer): boolean {
  try {
    JSON.parse(line.toString("utf8"));
    return true;
  } catch {
    return false;
  }
}

/** `line` after `state`: the new state, or what is wrong. */
export function follow(state: ChainState, line: Buffer): ChainState | string {
  const parsed = parseLine(line);
  if (typeof parsed === "string") return parsed;
  if (parsed.seq !== state.seq + 1) return `has number ${parsed.seq} where ${state.seq + 1} belongs`;
  if (parsed.prev !== state.hash) return "does not follow the entry before it";
  return { seq: parsed.seq, hash: parsed.hash };
}

/**
 * True for what a killed writer leaves behind the last newline: a beginning of the very next line. Anything else that stands
 * there is damage.
 */
export function isUnfinished(state: ChainState, tail: Buffer): boolean {
  const fixed = `{"seq":${state.seq + 1},"time":"`;
  const text = tail.toString("latin1");
  if (text.length <= fixed.length) return fixed.startsWith(text);
  if (!text.startsWith(fixed) || text.includes("\0")) return false;
  const rest = text.slice(fixed.length);
  const shape = `0000-00-00T00:00:00.000Z","prev":"${state.hash}"`;
  for (let i = 0; i < Math.min(rest.length, shape.length); i++) {
    const fits = shape[i] === "0" && i < 24 ? /\d/.test(rest[i] ?? "") : rest[i] === shape[i];
    if (!fits) return false;
  }
  return true;
}
