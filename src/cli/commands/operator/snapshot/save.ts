import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { BulkheadError } from "../../../../core/errors.ts";
import { command } from "../../../command.ts";
import { count } from "../../../output.ts";

export default command({
  details:
    "Writes the whole store, encrypted as it lies, as it stood at one moment, to a new file (0600). What opens it is the seal's key, which is not in it: keep the key file, the shares or the key service's key apart. With BULKHEAD_ADDR the server's store, else the local one.",
  flags: {},
  args: [{ name: "file", brief: "a file that is not there yet" }],
  examples: [
    { line: "bulkhead operator snapshot save backup.snap", says: "needs sudo on sys/storage/raft/snapshot" },
  ],
  async run({ args, context }) {
    const [path = ""] = args;
    const draft = `${path}.${process.pid}.part`;
    const file = create(path, draft);
    try {
      const entries = await save(context, (bytes) => void writeSync(file, bytes));
      fsyncSync(file);
      renameSync(draft, path);
      context.out.note(
        entries === null ? `written to ${path}` : `${count(entries, "entry", "entries")} written to ${path}`,
      );
    } finally {
      closeSync(file);
      rmSync(draft, { force: true });
    }
  },
});

async function save(
  context: Parameters<ReturnType<typeof command>["run"]>[0]["context"],
  write: (bytes: Buffer) => void,
): Promise<number | null> {
  if (context.address === null) {
    const { openLocalStore } = await import("../../../local-store.ts");
    const { kernel } = await openLocalStore(context);
    return (await kernel.services.snapshots.save(write)).entries;
  }
  write(await (await context.api()).client.download("sys/storage/raft/snapshot"));
  return null;
}

function create(path: string, draft: string): number {
  try {
    closeSync(openSync(path, "wx", 0o600)); // the name is ours from here on
    return openSync(draft, "wx", 0o600);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? "failed";
    throw new BulkheadError("io.failed", { action: "write", path, reason }, { cause });
  }
}
