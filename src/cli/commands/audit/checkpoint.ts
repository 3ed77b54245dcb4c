import { BulkheadError } from "../../../core/errors.ts";
import { command } from "../../command.ts";
import { openLocalStore } from "../../local-store.ts";

export default command({
  details:
    "Prints where each segment of each node's log stands, as C2SP signed notes, and on standard error the keys they are checked with. Kept where nobody of this store can write, they prove later that nothing was cut or made anew: `bulkhead audit verify --note FILE`.",
  flags: {},
  examples: [
    { line: "bulkhead audit checkpoint > /mnt/witness/2026-01-31.note", says: "to be kept elsewhere" },
  ],
  async run({ context }) {
    const { address, out } = context;
    if (address !== null) throw new BulkheadError("cli.local-only", { command: "audit checkpoint" });
    const { kernel } = await openLocalStore(context);
    const { notes, verifiers } = await kernel.auditCheckpoints();
    for (const verifier of verifiers) out.note(verifier);
    out.print(notes.join("\n"));
  },
});
