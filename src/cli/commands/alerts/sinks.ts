import { listOf } from "../../alerts.ts";
import { command, jsonFlag } from "../../command.ts";
import { plain } from "../../output.ts";

interface SinkInfo {
  readonly name: string;
  readonly type: string;
  readonly to: string;
  readonly least: string;
  readonly waiting: number;
  readonly failure: string;
}

export default command({
  details: "Where alerts are told, and whether the last message arrived.",
  flags: { ...jsonFlag },
  examples: [{ line: "bulkhead alerts sinks", says: "one line each" }],
  async run({ flags, context }) {
    const sinks = await listOf<SinkInfo>(context, "bulkhead/alerts/sinks");
    if (flags.json) context.out.json(sinks);
    else if (sinks.length === 0) context.out.note("no sinks: alerts stand in `bulkhead alerts` alone");
    else
      context.out.table(
        ["sink", "type", "to", "from", "waiting", "last failure"],
        sinks.map(({ name, type, to, least, waiting, failure }) =>
          [name, type, to, least, String(waiting), failure || "-"].map(plain),
        ),
      );
  },
});
