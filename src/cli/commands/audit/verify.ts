import { readFileSync } from "node:fs";
import {
  type Anchor,
  type ElsewhereReport,
  type FolderReport,
  type LogReport,
  verifyAuditLogs,
} from "../../../audit-log/index.ts";
import { BulkheadError, isBulkheadError } from "../../../core/errors.ts";
import { command, jsonFlag } from "../../command.ts";
import type { Context } from "../../context.ts";
import { count } from "../../output.ts";

export default command({
  details:
    "Follows the hash chain of every segment of the local store's log: changed, added, moved and missing entries show. Where the log ended is kept inside the encrypted store, so that a cut end shows too. Nodes on one store share that knowledge: segments of other nodes are named, and verified when their folders are given.",
  flags: {
    folder: {
      kind: "list",
      placeholder: "folder",
      brief: "log folders of several nodes, in place of the local store's",
    },
    note: {
      kind: "list",
      placeholder: "file",
      brief: "signed notes of `audit checkpoint` that a witness kept",
    },
    ...jsonFlag,
  },
  examples: [
    { line: "bulkhead audit verify", says: "exit code 3 where something is wrong" },
    {
      line: "bulkhead audit verify --folder /logs/node-a --folder /logs/node-b",
      says: "the logs of all nodes",
    },
  ],
  exits: {
    3: "the log was changed or is damaged",
    4: "a folder is of a node that the store knows nothing of, so that a cut end would not show",
  },
  async run({ flags, context }) {
    const { home, address, out } = context;
    if (address !== null) throw new BulkheadError("cli.local-only", { command: "audit verify" });
    const folders = flags.folder.length > 0 ? flags.folder : [home.audit];
    const { anchors, forged } = await knownAnchors(context, flags.note);
    const report = await verifyAuditLogs(folders, { anchors });
    const ok = forged.length === 0 && report.folders.every(({ segments }) => segments.every((one) => one.ok));
    if (flags.json) {
      const segments = report.folders.flatMap((one) => one.segments);
      out.json({ ok, segments, ...report, forged, anchors });
    } else {
      for (const file of forged) out.print(`${file}: holds a note that this store did not sign`);
      printReport(context, report);
    }
    return !ok ? 3 : report.folders.some(isUnknown) ? 4 : 0;
  },
});

function printReport({ out }: Context, { folders, elsewhere }: LogReport): void {
  const several = folders.length > 1;
  for (const { folder, segments } of folders)
    for (const { segment, problem } of segments.filter(({ ok }) => !ok)) {
      const what = problem === null ? "damaged" : `${problem.file} line ${problem.line}: ${problem.what}`;
      out.print(`${several ? `${folder}: ` : ""}segment ${segment}: ${what}`);
    }
  for (const { folder, node } of folders.filter(isUnknown))
    out.print(`${folder}: nothing is known of node ${node ?? "?"}: a cut end would not show`);
  for (const one of elsewhere) out.print(elsewhereLine(one));
  const all = folders.flatMap(({ segments }) => segments);
  const bad = all.filter(({ ok }) => !ok);
  const entries = all.reduce((sum, one) => sum + one.entries, 0);
  out.print(
    bad.length === 0
      ? `ok: ${count(entries, "entry", "entries")} in ${count(all.length, "segment")}`
      : `${count(bad.length, "segment")} of ${all.length} cannot be trusted`,
  );
}

const isUnknown = ({ unknown, segments }: FolderReport): boolean => unknown && segments.length > 0;

const elsewhereLine = ({ node, host, folder, segments, entries }: ElsewhereReport): string =>
  `elsewhere, not looked at: node ${node} (${host}:${folder}), ${count(segments.length, "segment")} ` +
  `(${segments.join(", ")}) with at least ${count(entries, "entry", "entries")}`;

interface Known {
  readonly anchors: readonly Anchor[];
  /** Files with a note that this store's key did not sign. */
  readonly forged: readonly string[];
}

/** Where the logs stood when they were last written to; none, with a warning, when the store cannot be opened. */
async function knownAnchors(context: Context, noteFiles: readonly string[]): Promise<Known> {
  if (!context.hasLocalStore) return { anchors: [], forged: [] };
  const { openLocalStore } = await import("../../local-store.ts");
  let kernel: Awaited<ReturnType<typeof openLocalStore>>["kernel"];
  try {
    kernel = (await openLocalStore(context)).kernel;
  } catch (error) {
    if (!isBulkheadError(error) || noteFiles.length > 0) throw error;
    context.out.warn(`a cut end would not show: ${error.message}`);
    return { anchors: [], forged: [] };
  }
  const anchors: Anchor[] = await kernel.auditAnchors();
  const forged: string[] = [];
  for (const file of noteFiles)
    for (const anchor of kernel.openAuditNotes(readNote(file)))
      if (anchor === null) forged.push(file);
      else anchors.push(anchor);
  return { anchors, forged };
}

function readNote(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "unreadable";
    throw new BulkheadError("io.failed", { action: "read", path, reason }, { cause });
  }
}
