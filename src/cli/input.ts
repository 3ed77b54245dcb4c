/** What people and pipes give: values from standard input or a hidden prompt, answers to yes-or-no questions. */
import { readSync } from "node:fs";
import { BulkheadError } from "../core/errors.ts";
import { Secret } from "../core/secret.ts";
import { trimNewline } from "./private-file.ts";

/** A secret larger than this is a file in the wrong place. */
const MOST_BYTES = 1024 * 1024;

export class Input {
  /** Whether a person sits there to be asked. */
  get interactive(): boolean {
    return process.stdin.isTTY === true && process.stderr.isTTY === true;
  }

  /** A value: everything on standard input without its last line break, or the answer to a hidden prompt. */
  async value(question: string): Promise<Secret> {
    const secret = process.stdin.isTTY === true ? await this.hidden(question) : this.piped();
    if (secret.length === 0) throw new BulkheadError("cli.no-value", { what: question.toLowerCase() });
    return secret;
  }

  /** All of standard input; a closed one is empty. */
  piped(limit = MOST_BYTES): Secret {
    const chunks: Buffer[] = [];
    let size = 0;
    for (;;) {
      const chunk = Buffer.alloc(64 * 1024);
      const length = readSome(chunk);
      if (length === 0) break;
      size += length;
      chunks.push(chunk.subarray(0, length));
      if (size > limit) throw new BulkheadError("cli.value-too-large", { limit });
    }
    const all = Buffer.concat(chunks);
    for (const chunk of chunks) chunk.fill(0);
    return Secret.own(trimNewline(all));
  }

  /** Asks on the terminal without echo. Throws `cli.cancelled`. */
  async hidden(question: string): Promise<Secret> {
    const { password, isCancel } = await import("@clack/prompts");
    const answer = await password({ message: question, output: process.stderr });
    if (isCancel(answer)) throw new BulkheadError("cli.cancelled");
    return Secret.copy(answer ?? "");
  }

  /** `false` where nobody can be asked. */
  async confirm(question: string): Promise<boolean> {
    if (!this.interactive) return false;
    const { confirm, isCancel } = await import("@clack/prompts");
    const answer = await confirm({ message: question, output: process.stderr, initialValue: false });
    if (isCancel(answer)) throw new BulkheadError("cli.cancelled");
    return answer;
  }
}

function readSome(chunk: Buffer): number {
  for (;;) {
    try {
      return readSync(0, chunk, 0, chunk.length, null);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EOF" || code === "EBADF") return 0;
      if (code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10); // a non-blocking pipe with nothing in it yet
    }
  }
}
