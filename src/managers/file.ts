/** `file://PATH`: a file that holds one value; the line's end that an editor adds is no part of it. */
import { readFile } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { BulkheadError } from "../core/errors.ts";
import { resolvedOf } from "./answers.ts";
import type { Manager } from "./types.ts";

export const file: Manager = {
  scheme: "file",
  title: "a file",
  example: "file:///run/secrets/openai",
  resolve: async ({ place, text }, { cwd, signal }) => {
    const path = isAbsolute(place) ? place : join(cwd, place);
    let bytes: Buffer;
    try {
      bytes = await readFile(path, { ...(signal !== undefined && { signal }) });
    } catch (cause) {
      const reason = (cause as NodeJS.ErrnoException).code ?? "unknown";
      throw new BulkheadError(
        "reference.absent",
        { reference: text, problem: `${path} cannot be read (${reason})` },
        { cause },
      );
    }
    const end = bytes.at(-1) === 0x0a ? (bytes.at(-2) === 0x0d ? -2 : -1) : bytes.length;
    const value = Buffer.from(bytes.subarray(0, end));
    bytes.fill(0);
    return resolvedOf(value, null);
  },
};
