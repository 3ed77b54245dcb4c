/** What every store agrees on: which keys and values are allowed, the order of keys, and the names directly below a prefix. */
import { BulkheadError } from "../core/errors.ts";
import type { ListOptions } from "../core/ports/store.ts";

export const MAX_KEY_BYTES = 1024;
export const MAX_VALUE_BYTES = 32 * 1024 * 1024;

export function checkKey(key: string): void {
  if (key.length === 0) throw new BulkheadError("store.bad-key", { problem: "it is empty" });
  checkText(key);
}

export function checkPrefix(prefix: string): void {
  checkText(prefix);
}

function checkText(text: string): void {
  if (text.length * 3 > MAX_KEY_BYTES && Buffer.byteLength(text) > MAX_KEY_BYTES)
    throw new BulkheadError("store.bad-key", { problem: `it is longer than ${MAX_KEY_BYTES} bytes` });
  if (text.includes("\0")) throw new BulkheadError("store.bad-key", { problem: "it has a NUL" });
  if (!text.isWellFormed()) throw new BulkheadError("store.bad-key", { problem: "it is not valid Unicode" });
}

export function checkFolderPrefix(prefix: string): void {
  checkText(prefix);
  if (prefix !== "" && !prefix.endsWith("/"))
    throw new BulkheadError("store.bad-key", { problem: "a folder prefix ends with /" });
}

export function checkValue(value: Buffer): void {
  if (value.length > MAX_VALUE_BYTES)
    throw new BulkheadError("store.bad-key", {
      problem: `the value is larger than ${MAX_VALUE_BYTES} bytes`,
    });
}

/** Order by UTF-8 bytes (which is the order of code points, not of JavaScript's UTF-16 units). */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    const highX = x >= 0xd800 && x < 0xe000;
    const highY = y >= 0xd800 && y < 0xe000;
    if (highX !== highY) return highX ? 1 : -1; // a surrogate stands for a code point above all units
    return x - y;
  }
  return a.length - b.length;
}

/** The first string in key order that is above everything starting with `prefix`; null when nothing is. */
export function prefixEnd(prefix: string): string | null {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    if (last === 0x10ffff) continue;
    const next = last === 0xd7ff ? 0xe000 : last + 1; // surrogates are no code points
    return String.fromCodePoint(...points, next);
  }
  return null;
}

/** The name directly below `prefix` that `key` (which starts with it) belongs to. */
export function childOf(prefix: string, key: string): string {
  const slash = key.indexOf("/", prefix.length);
  return slash < 0 ? key.slice(prefix.length) : key.slice(prefix.length, slash + 1);
}

/** `children` computed from all keys below the prefix, in key order. */
export function childrenOf(prefix: string, keys: readonly string[], options: ListOptions = {}): string[] {
  const limit = options.limit ?? Number.POSITIVE_INFINITY;
  const names: string[] = [];
  for (const key of keys) {
    if (names.length >= limit) break;
    const name = childOf(prefix, key);
    if (name === "" || name === names.at(-1)) continue;
    if (options.after !== undefined && compareKeys(name, options.after) <= 0) continue;
    names.push(name);
  }
  return names;
}
