/**
 * How fast the detector goes over bytes on one thread: GB a CPU second on source, notebooks, minified JavaScript and a log, beside a
 * plain pass that only looks for one byte, a copy, and the search for literals alone. `npm run bench:detect [MEGABYTES] [EXTRA LITERALS]`
 */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { transformSync } from "esbuild";
import { createDetector } from "../src/detect/detector.ts";
import { createLiteralMatcher } from "../src/match/literals.ts";
import { providers } from "../src/providers/index.ts";

const megabytes = Number(process.argv[2] ?? 64);
const extra = Number(process.argv[3] ?? 0);
const root = join(import.meta.dirname, "..");

let seed = 7;
const random = (below: number): number => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor((seed / 2 ** 32) * below);
};
const pick = (words: readonly string[]): string => words[random(words.length)] ?? "";
const letters = (length: number, alphabet: string): string =>
  Array.from({ length }, () => alphabet[random(alphabet.length)]).join("");
const HEX = "0123456789abcdef";
const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const source = globSync("{src,test,tools,bench}/**/*.ts", { cwd: root }).map((file) =>
  readFileSync(join(root, file), "utf8"),
);
const lines = source.flatMap((text) => text.split("\n"));

function notebook(): string {
  const cell = () => ({
    cell_type: "code",
    execution_count: random(100),
    metadata: { id: letters(12, BASE64) },
    source: Array.from({ length: 3 + random(20) }, () => `${pick(lines)}\n`),
    outputs: [
      {
        name: "stdout",
        output_type: "stream",
        text: Array.from({ length: random(30) }, () => `epoch ${random(100)} loss 0.${random(1e9)}\n`),
      },
      {
        data: { "image/png": letters(random(2) * 8000, BASE64), "text/plain": ["<Figure size 640x480>"] },
        output_type: "display_data",
      },
    ],
  });
  return JSON.stringify({ cells: Array.from({ length: 20 }, cell), nbformat: 4 }, null, 1);
}

const logLine = (): string =>
  `2026-11-${10 + random(20)}T${10 + random(14)}:${10 + random(50)}:${10 + random(50)}.${100 + random(900)}Z ${pick(["INFO", "WARN", "DEBUG"])} ` +
  pick([
    `http.server GET https://api.internal.example.com/v1/items/${random(1e9)}?page_token=${random(1e6)} 200 ${random(900)}ms`,
    `worker[${random(99)}] request_id=${letters(8, HEX)}-${letters(4, HEX)}-${letters(4, HEX)}-${letters(12, HEX)} user=${random(1e6)} tokens=${random(4096)}`,
    `pull sha256:${letters(64, HEX)} done`,
    `{"level":"info","msg":"token refreshed","key":"cache/${letters(10, HEX)}","took":${random(1000)}}`,
    `auth: password accepted for user${random(1000)} from 10.0.${random(255)}.${random(255)} port ${random(65536)}`,
  ]);

function grow(part: () => string): Buffer {
  const parts: string[] = [];
  for (let size = 0; size < Math.min(8, megabytes) << 20; size += parts.at(-1)?.length ?? 0)
    parts.push(`${part()}\n`);
  const once = Buffer.from(parts.join(""), "utf8");
  return Buffer.concat(Array.from({ length: Math.ceil((megabytes << 20) / once.length) }, () => once));
}

const minified = transformSync(
  readFileSync(join(root, "node_modules", "typescript", "lib", "_tsc.js"), "utf8"),
  {
    minify: true,
  },
).code;
const corpora: Record<string, Buffer> = {
  source: grow(() => pick(source)),
  notebooks: grow(notebook),
  minified: grow(() => minified),
  log: grow(logLine),
};

const began = performance.now();
const work = { hits: 0, attempts: 0, bytes: 0, decoded: 0 };
const detector = createDetector({ providers, work });
const ready = performance.now() - began;
const literals = [
  ...new Set(detector.rules.flatMap(({ formats }) => formats.flatMap((format) => format.literals))),
  ...Array.from(
    { length: extra },
    () => letters(3 + random(3), `${HEX}ghijklmnop`) + pick(["_", "-", "_key", "key-"]),
  ),
];
const matcher = createLiteralMatcher(
  literals.map((literal) => ({ literal: Buffer.from(literal, "latin1") })),
  { capacity: 1 << 18 },
);

function inBlocks(bytes: Buffer, use: (length: number) => void): void {
  for (let at = 0; at < bytes.length; at += matcher.input.length) {
    const piece = bytes.subarray(at, at + matcher.input.length);
    matcher.input.set(piece);
    use(piece.length);
  }
}

let found = 0;
const passes: Record<string, (bytes: Buffer) => void> = {
  "plain pass": (bytes) => void bytes.includes(0xf5),
  copy: (bytes) => inBlocks(bytes, () => {}),
  literals: (bytes) => inBlocks(bytes, (end) => matcher.find({ from: 0, to: end, end }, () => {})),
  detector: (bytes) => void (found = detector.scan(bytes).length),
};

/** The best of several, in GB a second of this thread's own CPU time, which other work on the machine disturbs least. */
function speed(pass: (bytes: Buffer) => void, bytes: Buffer): number {
  let best = 0;
  for (let round = 0; round < 5; round++) {
    const before = process.cpuUsage();
    pass(bytes);
    const { user, system } = process.cpuUsage(before);
    best = Math.max(best, bytes.length / 1e3 / (user + system));
  }
  return best;
}

process.stdout.write(
  `${detector.rules.length} rules, ${literals.length} literals; ready after ${ready.toFixed(0)} ms; ${megabytes} MB each, GB/s\n`,
);
for (const [name, bytes] of Object.entries(corpora)) {
  Object.assign(work, { hits: 0, attempts: 0, bytes: 0, decoded: 0 });
  const speeds = Object.entries(passes).map(([pass, run]) => `${pass} ${speed(run, bytes).toFixed(2)}`);
  const perMegabyte = (count: number): string => (count / 5 / (bytes.length / 1e6)).toFixed(1);
  process.stdout.write(
    `${name.padEnd(10)} ${speeds.join("  ")}  (a MB: ${perMegabyte(work.attempts)} attempts, ${perMegabyte(work.decoded)} bytes decoded; ${found} found)\n`,
  );
}
