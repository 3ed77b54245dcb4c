import { closeSync, openSync, renameSync, statSync, writeSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { BulkheadError } from "../../core/errors.ts";
import type { Finding } from "../../core/finding.ts";
import { version } from "../../core/version.ts";
import { createDetector } from "../../detect/detector.ts";
import type { Detector } from "../../detect/types.ts";
import { providers } from "../../providers/index.ts";
import { reportById } from "../../report/index.ts";
import type { Identifier } from "../../scan/identify.ts";
import { streamSource } from "../../scan/sources/stream.ts";
import { scanItem, scanTree } from "../../scan/tree.ts";
import { command } from "../command.ts";
import { followFile } from "../follow-file.ts";
import { storeIdentifier } from "../identifier.ts";

export default command({
  details:
    "Reads every file below PATH, binary ones too, with what archives, notebooks and job logs hold, and names what looks like a credential; of a value only its beginning is shown. What the store knows is named by its secret. PATH `-` is standard input.",
  flags: {
    format: { kind: "choice", values: ["text", "json", "sarif"], default: "text", brief: "how to report" },
    output: { kind: "text", short: "o", placeholder: "file", brief: "write the report there" },
    noIdentify: { kind: "switch", brief: "do not ask the store what it knows" },
    noIgnore: { kind: "switch", brief: "read what .gitignore hides too" },
    nodeModules: { kind: "switch", brief: "read node_modules too" },
    follow: {
      kind: "switch",
      brief: "read one file as it grows, until interrupted; each finding is shown at once",
    },
    exitZero: { kind: "switch", brief: "exit 0 whatever is found" },
  },
  args: [{ name: "path", brief: "files or folders (default: this folder)", optional: true, many: true }],
  examples: [
    { line: "bulkhead scan .", says: "this folder" },
    { line: "bulkhead scan --format sarif --output findings.sarif src", says: "for code hosts" },
    { line: "git diff | bulkhead scan -", says: "what you are about to commit" },
    { line: "bulkhead scan --follow train.log", says: "a log while it is written" },
  ],
  exits: { 3: "something was found", 4: "something could not be read" },
  async run({ flags, args, context }) {
    const detector = createDetector({ providers });
    const identifier = flags.noIdentify ? undefined : storeIdentifier(context);
    if (flags.follow) return followFile(args, flags, { detector, identifier, context });
    const total: Total = { findings: [], files: 0, bytes: 0, unreadable: [] };
    for (const path of args.length === 0 ? ["."] : args) {
      if (path === "-") await scanInput(total, detector, identifier);
      else await scanPath(total, detector, identifier, { path, cwd: context.cwd, flags });
    }
    const color = flags.output === undefined && context.out.colour();
    const { findings, ...seen } = total;
    const text = reportById(flags.format)?.render(findings, { version, color, ...seen }) ?? "";
    if (flags.output === undefined) context.out.print(text);
    else write(resolve(context.cwd, flags.output), text);
    if (flags.exitZero) return 0;
    if (findings.some(({ severity }) => severity !== "info")) return 3;
    return total.unreadable.length > 0 ? 4 : 0;
  },
});

interface Total {
  readonly findings: Finding[];
  files: number;
  bytes: number;
  readonly unreadable: { path: string; reason: string }[];
}

async function scanInput(
  total: Total,
  detector: Detector,
  identifier: Identifier | undefined,
): Promise<void> {
  const item = { path: "-", source: streamSource(process.stdin as AsyncIterable<Buffer>) };
  const { findings, bytes, unreadable } = await scanItem(item, {
    detector,
    ...(identifier && { identifier }),
  });
  total.findings.push(...findings);
  total.files++;
  total.bytes += bytes;
  total.unreadable.push(...unreadable);
}

async function scanPath(
  total: Total,
  detector: Detector,
  identifier: Identifier | undefined,
  given: {
    readonly path: string;
    readonly cwd: string;
    readonly flags: { readonly noIgnore: boolean; readonly nodeModules: boolean };
  },
): Promise<void> {
  const root = resolve(given.cwd, given.path);
  const stats = statSync(root, { throwIfNoEntry: false });
  if (stats === undefined)
    throw new BulkheadError("io.failed", {
      action: "read",
      path: given.path,
      reason: "there is no such file or folder",
    });
  const { noIgnore, nodeModules } = given.flags;
  const options = {
    root,
    detector,
    nodeModules,
    respectGitignore: !noIgnore,
    ...(identifier && { identifier }),
  };
  const scan = scanTree(options);
  const place = placer(given.cwd, root, stats.isDirectory());
  for await (const finding of scan)
    total.findings.push({ ...finding, place: { ...finding.place, path: place(finding.place.path) } });
  total.files += scan.summary.files;
  total.bytes += scan.summary.bytes;
  total.unreadable.push(
    ...scan.summary.unreadable.map(({ path, reason }) => ({ path: place(path), reason })),
  );
}

/** Paths of a scanned root → paths from where the user stands. */
function placer(cwd: string, root: string, folder: boolean): (path: string) => string {
  const prefix = relative(cwd, folder ? root : dirname(root));
  return (path) => (prefix === "" ? path : join(prefix, path));
}

function write(path: string, text: string): void {
  const beside = `${path}.${process.pid}.tmp`;
  try {
    const file = openSync(beside, "wx", 0o600);
    try {
      writeSync(file, text);
    } finally {
      closeSync(file);
    }
    renameSync(beside, path);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? "unknown";
    throw new BulkheadError("io.failed", { action: "write", path, reason }, { cause });
  }
}
