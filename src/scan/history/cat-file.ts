/** Objects by `git cat-file --batch`: slower than the packs themselves, but it knows everything that a store may hold. */
import type { ByteSource } from "../../formats/types.ts";
import { gitOutput } from "./git-lines.ts";

/** Held in memory up to here, streamed beyond. */
const MOST_HELD = 64 << 20;
const MOST_FAILURES = 200;

export interface GitObject {
  readonly id: string;
  readonly type: string;
  readonly size: number;
  /** Null for one too large to be held: it is read by `source`. */
  readonly bytes: Buffer | null;
  readonly source: ByteSource;
}

export interface Unavailable {
  readonly id: string;
  readonly reason: string;
}

/** In the order of `ids`, each once. `want`: types whose content matters. */
export async function* catFile(
  root: string,
  ids: readonly string[],
  want: ReadonlySet<string>,
): AsyncGenerator<GitObject | Unavailable> {
  let next = 0;
  for (let failures = 0; next < ids.length; failures++) {
    const rest = ids.slice(next);
    if (failures > MOST_FAILURES) {
      for (const id of rest) yield { id, reason: "git failed too often" };
      return;
    }
    for await (const answer of oneRun(root, rest, want)) {
      next++;
      yield answer;
    }
    // It ended before the last: the one that it could not answer is at fault.
    if (next < ids.length) yield { id: ids[next++] as string, reason: "git cannot read it" };
  }
}

async function* oneRun(
  root: string,
  ids: readonly string[],
  want: ReadonlySet<string>,
): AsyncGenerator<GitObject | Unavailable> {
  const lines = (function* () {
    for (const id of ids) yield `${id}\n`;
  })();
  const reader = new Reader(gitOutput(root, ["cat-file", "--batch", "--buffer"], lines).chunks);
  try {
    for (const id of ids) {
      const line = await reader.line();
      if (line === null) return;
      const [, type = "", length = ""] = line.split(" ");
      if (type === "missing" || type === "ambiguous") {
        yield { id, reason: "it is missing" };
        continue;
      }
      const size = Number(length);
      const keep = want.has(type) && size <= MOST_HELD;
      const bytes = await reader.take(size, keep);
      if (bytes === undefined || (await reader.take(1, false)) === undefined) return;
      yield { id, type, size, bytes: keep ? bytes : null, source: blobSource(root, id, size) };
    }
  } finally {
    await reader.close();
  }
}

/** Anew at each call, by a git of its own. */
export const blobSource = (root: string, id: string, size: number | null): ByteSource => ({
  size,
  async *chunks() {
    const { chunks, succeeded } = gitOutput(root, ["cat-file", "blob", id]);
    yield* chunks;
    if (!(await succeeded)) throw new Error("git cannot read it");
  },
});

/** Lines and counted bytes out of a stream of chunks. */
class Reader {
  readonly #chunks: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#chunks.next();
    if (done === true) return false;
    this.#held = value;
    return true;
  }

  async line(): Promise<string | null> {
    let text = "";
    for (;;) {
      const end = this.#held.indexOf(0x0a);
      if (end !== -1) {
        text += this.#held.toString("latin1", 0, end);
        this.#held = this.#held.subarray(end + 1);
        return text;
      }
      text += this.#held.toString("latin1");
      if (!(await this.#more())) return null;
    }
  }

  /** `size` bytes, an empty buffer when they need not be kept; undefined when the stream ends before. */
  async take(size: number, keep: boolean): Promise<Buffer | undefined> {
    const out = Buffer.allocUnsafeSlow(keep ? size : 0);
    let taken = 0;
    while (taken < size) {
      if (this.#held.length === 0 && !(await this.#more())) return undefined;
      const piece = this.#held.subarray(0, size - taken);
      if (keep) piece.copy(out, taken);
      taken += piece.length;
      this.#held = this.#held.subarray(piece.length);
    }
    return out;
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
