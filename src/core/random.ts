/** Random bytes drawn from the system in blocks: a draw of its own costs more than all else there is to a nonce. */
import { randomFillSync } from "node:crypto";

const BLOCK = 4_096;
let block: Buffer | null = null;
let used = BLOCK;

/** Fills `length` bytes (at most 256) of `target` from `at`. No byte is given twice, and none stays here. */
export function fillRandom(target: Buffer, at: number, length: number): void {
  if (length > 256) throw new RangeError("longer ones are drawn from the system itself");
  block ??= Buffer.allocUnsafeSlow(BLOCK);
  if (used + length > BLOCK) {
    randomFillSync(block);
    used = 0;
  }
  const end = used + length;
  block.copy(target, at, used, end);
  block.fill(0, used, end);
  used = end;
}

/** At most 256 bytes; the caller's own. */
export function drawRandom(length: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(length);
  fillRandom(bytes, 0, length);
  return bytes;
}
