/** How many lines end in some bytes: at many times the speed of a search from one to the next. */
import { instantiate } from "./wasm/instantiate.ts";
import { wasm } from "./wasm/newlines.ts";

const ROOM = 1 << 16;
const SLACK = 16;
const FEW = 256;

interface Exports {
  newlines(from: number, to: number): number;
}

let ready: { readonly memory: Uint8Array; newlines: Exports["newlines"] } | null = null;

function start(): NonNullable<typeof ready> {
  const instance = instantiate<Exports>(wasm, ROOM + SLACK);
  return (ready = { memory: new Uint8Array(instance.memory()), newlines: instance.exports.newlines });
}

export function countNewlines(bytes: Uint8Array): number {
  let count = 0;
  if (bytes.length <= FEW) {
    for (const byte of bytes) if (byte === 0x0a) count++;
    return count;
  }
  const { memory, newlines } = ready ?? start();
  for (let at = 0; at < bytes.length; at += ROOM) {
    const piece = bytes.subarray(at, at + ROOM);
    memory.set(piece);
    memory.fill(0, piece.length, piece.length + SLACK);
    count += newlines(0, piece.length);
  }
  return count;
}
