/** Long answers of git, as a stream: nothing is held but the record at hand, and a git that falls silent is ended. */
import { startGit } from "../git.ts";

const SILENCE_MS = 60_000;

export interface GitOutput {
  /** What was written since the last; a chunk is only valid until the next is asked for. */
  readonly chunks: AsyncIterable<Buffer>;
  /** Whether git said that all went well; settles when it has ended. */
  readonly succeeded: Promise<boolean>;
}

/** `input` goes to standard input, as fast as git takes it. */
export function gitOutput(root: string, args: readonly string[], input?: Iterable<string>): GitOutput {
  const child = startGit(root, args);
  const succeeded = new Promise<boolean>((resolve) => {
    child.on("error", () => resolve(false));
    child.on("close", (code) => resolve(code === 0));
  });
  feed(child.stdin, input ?? []).catch(() => child.kill());
  async function* chunks(): AsyncGenerator<Buffer> {
    let timer = setTimeout(() => child.kill("SIGKILL"), SILENCE_MS);
    try {
      for await (const chunk of child.stdout) {
        clearTimeout(timer);
        yield chunk as Buffer;
        timer = setTimeout(() => child.kill("SIGKILL"), SILENCE_MS);
      }
    } finally {
      clearTimeout(timer);
      child.kill();
    }
  }
  return { chunks: chunks(), succeeded };
}

const PIECE = 1 << 16;

async function feed(
  stdin: NodeJS.WritableStream & { destroyed?: boolean },
  input: Iterable<string>,
): Promise<void> {
  let piece = "";
  const write = async (): Promise<void> => {
    const full = !stdin.write(piece, "latin1");
    piece = "";
    if (full && stdin.destroyed !== true)
      await new Promise<void>((resolve) => {
        stdin.once("drain", resolve);
        stdin.once("close", resolve);
      });
  };
  for (const text of input) {
    if (stdin.destroyed === true) return;
    piece += text;
    if (piece.length >= PIECE) await write();
  }
  if (piece !== "") await write();
  stdin.end();
}

/** Records between separators (one byte), as Latin-1. */
export async function* records(chunks: AsyncIterable<Buffer>, separator: number): AsyncGenerator<string[]> {
  let rest = "";
  const character = String.fromCharCode(separator);
  for await (const chunk of chunks) {
    const parts = (rest + chunk.toString("latin1")).split(character);
    rest = parts.pop() ?? "";
    yield parts;
  }
  if (rest !== "") yield [rest];
}
