/**
 * The CI system's own masker, told of the values before the job starts: what Bulkhead's masker does not see (a later step, an artifact's
 * upload) is then masked there. It reads the lines from the step's output and never shows them. On a terminal or in a file they
 * would only show the values, so there they are not written.
 */
import { fstatSync } from "node:fs";
import type { Writable } from "node:stream";
import type { Secret } from "../core/secret.ts";
import { type Commands, commandsOf, registerLines } from "../mask/index.ts";

interface Streams {
  readonly ambient: Readonly<Record<string, string | undefined>>;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** What is done with lines by which the job itself asks for masks. */
export function ciCommands({ ambient, stdout, stderr }: Streams): Commands {
  return [stdout, stderr].every(isPassedOn) ? commandsOf(ambient) : { forward: null };
}

/** Standard error, since standard output is what people redirect. */
export function tellCi(streams: Streams, values: readonly { readonly value: Secret }[]): void {
  const lines = registerLines(
    ciCommands(streams),
    values.map(({ value }) => value.reveal()),
  );
  if (lines.length > 0) streams.stderr.write(lines);
}

/** Whether it goes to another program. */
function isPassedOn(stream: Writable): boolean {
  const { fd, isTTY } = stream as { fd?: unknown; isTTY?: unknown };
  if (isTTY === true) return false;
  if (typeof fd !== "number") return true;
  try {
    return !fstatSync(fd).isFile();
  } catch {
    return false;
  }
}
