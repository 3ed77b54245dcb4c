/** A JSON line an alert, in a file that nothing executes; under the guards of an audit device that was made over the API. */
import { dirname } from "node:path";
import { fileSink } from "../../../audit-log/sinks/file.ts";
import { BulkheadError, isBulkheadError } from "../../../core/errors.ts";
import type { SinkEnvironment, SinkType } from "./types.ts";

function open(path: string | undefined, { auditFolder }: SinkEnvironment) {
  const protectedFolders = auditFolder === null ? [] : [auditFolder, dirname(auditFolder)];
  try {
    if (path === "stdout" || path?.startsWith("/dev/") === true)
      throw new BulkheadError("alert.bad-sink", { problem: "path is the path of a plain file" });
    return fileSink.open(
      { file_path: path ?? "" },
      { guarded: true, protectedFolders, standardOutput: null },
    );
  } catch (error) {
    if (!isBulkheadError(error) || error.code !== "audit.bad-device") throw error;
    throw new BulkheadError("alert.bad-sink", {
      problem: String(error.details.problem ?? "path")
        .replace("over the API ", "")
        .replace("file_path", "path")
        .replace(/: set others.*$/, ""),
    });
  }
}

export const file: SinkType = {
  type: "file",
  title: "JSON lines in a file",
  options: {
    path: {
      description: "Absolute; ends in .log, .json or .jsonl, outside the store's folder",
      required: true,
    },
  },
  check: ({ path }, environment) => void open(path, environment),
  shown: ({ path = "" }) => path,
  send: async ({ data }, { path }, environment) => {
    const opened = open(path, environment);
    try {
      await opened.sink.write(
        [{ json: JSON.stringify(data), time: Date.now() }],
        AbortSignal.timeout(opened.timeout),
      );
    } finally {
      opened.sink.reset();
    }
  },
};
