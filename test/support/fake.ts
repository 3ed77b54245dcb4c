/**
 * Fake credentials: made at test time, never pasted, so that no file of the repository looks like it holds a live key.
 * Committed samples carry marks (`@@fake:hf_:34@@`); `expandMarks` replaces each by a generated value of its own.
 */
import { createHash, randomBytes } from "node:crypto";
import { ALPHABETS } from "../../src/providers/sample.ts";

/** `prefix` and `length` random characters; the same `seed` gives the same value. */
export function fake(prefix: string, length: number, alphabet = "alnum", seed?: string): string {
  const letters = ALPHABETS[alphabet];
  if (letters === undefined) throw new TypeError(`no alphabet ${alphabet}`);
  let out = prefix;
  let block = 0;
  while (out.length < prefix.length + length) {
    const bytes =
      seed === undefined
        ? randomBytes(32)
        : createHash("sha256").update(`${seed}:${prefix}:${block++}`).digest();
    for (const byte of bytes) if (out.length < prefix.length + length) out += letters[byte % letters.length];
  }
  return out;
}

const MARK = /@@fake:([^:@]*):(\d{1,4})(?::([a-z0-9]+))?(?:#([A-Za-z0-9_-]+))?@@/g;

/**
 * Replaces marks `@@fake:PREFIX:LENGTH[:ALPHABET][#NAME]@@`. Marks with the same NAME get the same value (also over several calls
 * with one `names` map), others a fresh one. Values are recorded in `made` in order of appearance.
 */
export function expandMarks(text: string, names = new Map<string, string>(), made: string[] = []): string {
  return text.replace(
    MARK,
    (_, prefix: string, length: string, alphabet: string | undefined, name: string | undefined) => {
      const known = name === undefined ? undefined : names.get(name);
      const value = known ?? fake(prefix, Number(length), alphabet);
      if (name !== undefined) names.set(name, value);
      made.push(value);
      return value;
    },
  );
}
