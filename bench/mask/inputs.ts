/** What is masked: made once, the same every time, in a folder of the machine's temporary files. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Tokens of 20 to 32 characters. */
export function secrets(count: number): string[] {
  return Array.from(
    { length: count },
    (_, index) =>
      `sk-${createHash("sha512")
        .update(`secret ${index}`)
        .digest("base64url")
        .slice(0, 17 + (index % 13))}`,
  );
}

const WORDS =
  "loss epoch step batch learning rate accuracy validation model tensor gpu the of and to with from shard".split(
    " ",
  );

const LINES: Readonly<Record<string, (random: () => number, index: number) => string>> = {
  text: (random) => {
    let line = "";
    while (line.length < 50 + 50 * random()) line += `${WORDS[Math.floor(random() * WORDS.length)]} `;
    return line.trimEnd();
  },
  json: (random, index) =>
    JSON.stringify({
      time: new Date(1.7e12 + index * 37).toISOString(),
      level: "info",
      step: index,
      loss: random(),
      trace: Math.floor(random() * 2 ** 48).toString(16),
      msg: `batch ${index} done`,
    }),
};
export const inputs = ["text", "json", "random"] as const;

/** A file of this many MiB in which every tenth of a MiB holds one secret. */
export function inputFile(folder: string, kind: (typeof inputs)[number], mib: number): string {
  const path = join(folder, `${kind}-${mib}`);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const random = generator(7);
  const known = secrets(1);
  const parts: Buffer[] = [];
  for (let size = 0, index = 0; size < mib * 2 ** 20; ) {
    let part: Buffer;
    const make = LINES[kind];
    if (make === undefined) {
      part = Buffer.alloc(100_000);
      for (let at = 0; at < part.length; at += 4) part.writeUInt32LE((random() * 2 ** 32) >>> 0, at);
    } else {
      const lines: string[] = [];
      for (let length = 0; length < 100_000; length += lines.at(-1)?.length ?? 0)
        lines.push(make(random, index++));
      part = Buffer.from(`${lines.join("\n")}\nkey=${known[0]}\n`);
    }
    parts.push(part);
    size += part.length;
  }
  writeFileSync(path, Buffer.concat(parts).subarray(0, mib * 2 ** 20));
  return path;
}
