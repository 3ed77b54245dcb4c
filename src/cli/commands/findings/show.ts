import { BulkheadError } from "../../../core/errors.ts";
import { describeStored } from "../../../report/parts/describe.ts";
import { command, jsonFlag } from "../../command.ts";
import { type RecordedFinding, findingId } from "../../findings.ts";
import { plain } from "../../output.ts";
import { shortTime } from "../../secrets.ts";

export default command({
  flags: jsonFlag,
  args: [{ name: "finding", brief: "its id, or enough of its beginning" }],
  examples: [{ line: "bulkhead findings show 3f9a0c", says: "with all its places" }],
  async run({ flags, args: [given = ""], context }) {
    const { client } = await context.api();
    const id = await findingId(context, given);
    const found = (await client.read(`bulkhead/findings/entries/${id}`)) as unknown as RecordedFinding | null;
    if (found === null) throw new BulkheadError("finding.unknown", { id });
    if (flags.json) return context.out.json(found);
    const state =
      found.resolution === ""
        ? ""
        : ` (${found.resolution}${found.note === "" ? "" : `: ${found.note}`}) by ${found.closed_by}`;
    const lines = [
      `${found.severity}  ${found.title}  ${found.preview}`,
      `id: ${found.id}`,
      `status: ${found.status}${state}`,
      ...(found.opens === "" ? [] : [`opens: ${found.opens}`]),
      ...(found.stored === null ? [] : [describeStored(found.stored)]),
      `seen: ${shortTime(found.first_seen)} to ${shortTime(found.last_seen)}`,
      ...found.places.map((place) => {
        const at = `${place.path}${place.entry === "" ? "" : `!${place.entry}`}:${place.line}`;
        const commit = place.commit === "" ? [] : [`commit ${place.commit.slice(0, 10)} by ${place.author}`];
        return [
          "  ",
          [place.source, at, place.within, ...commit].filter((part) => part !== "").join("  "),
        ].join("");
      }),
      ...(found.more_places === 0 ? [] : [`  and ${found.more_places} more`]),
    ];
    return context.out.print(lines.map(plain).join("\n"));
  },
});
