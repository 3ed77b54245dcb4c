import { createReadStream, existsSync, readFileSync } from "node:fs";
import { BulkheadError } from "../../../../core/errors.ts";
import { command } from "../../../command.ts";

export default command({
  details:
    "Puts a snapshot in the place of everything that is stored: all of it or, when it is damaged or fails half way, nothing. Stop other servers on the same store first. A snapshot of another store is refused without --force; with it, only that store's keys open what is there then.",
  flags: {
    force: { kind: "switch", brief: "take a snapshot of another store too" },
    yes: { kind: "switch", brief: "do not ask" },
  },
  args: [{ name: "file", brief: "made by `bulkhead operator snapshot save`" }],
  examples: [
    { line: "bulkhead operator snapshot restore backup.snap", says: "asks before it replaces anything" },
  ],
  async run({ flags, args, context }) {
    const [path = ""] = args;
    if (!existsSync(path)) throw new BulkheadError("io.failed", { action: "read", path, reason: "ENOENT" });
    const question = "Replace everything that is stored by this snapshot?";
    if (!flags.yes && !(await (await context.input()).confirm(question)))
      throw new BulkheadError("cli.cancelled");
    if (context.address === null) {
      const { openLocalStore } = await import("../../../local-store.ts");
      const { kernel } = await openLocalStore(context);
      await kernel.services.snapshots.restore(createReadStream(path), { force: flags.force });
      if (kernel.sealed)
        context.out.warn("this is another store's snapshot: put its seal key in place of this one's");
    } else {
      const { client } = await context.api();
      await client.upload(`sys/storage/raft/snapshot${flags.force ? "-force" : ""}`, readFileSync(path));
    }
    context.out.note("restored");
  },
});
