import { command, jsonFlag } from "../command.ts";

interface Waiting {
  readonly request: string;
  readonly role: string;
  readonly state: string;
  readonly needed: number;
  readonly approved_by: readonly { readonly display_name: string }[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly expires: string;
}

export default command({
  details: "The logins that wait for another person, or were decided in the last hour.",
  flags: { ...jsonFlag },
  examples: [{ line: "bulkhead approvals", says: "what waits, and who asked" }],
  async run({ flags, context }) {
    const { out } = context;
    const { client } = await context.api();
    const answer = await client.call("LIST", "bulkhead/approvals", undefined, { allow: [404] });
    const { parseJson } = await import("../../core/json-bytes.ts");
    const data = answer.body.get("data");
    const info = data === undefined ? {} : (parseJson(data) as { key_info?: Record<string, Waiting> } | null);
    const waiting = Object.values(info?.key_info ?? {});
    if (flags.json) {
      out.json(waiting);
      return;
    }
    if (waiting.length === 0) {
      out.note("nothing waits for approval");
      return;
    }
    out.table(
      ["request", "role", "state", "approved", "asked by", "commit", "until"],
      waiting.map(({ request, role, state, needed, approved_by, metadata, expires }) => [
        request,
        role,
        state,
        `${approved_by.length} of ${needed}`,
        metadata.actor ?? "",
        (metadata.commit ?? "").slice(0, 12),
        expires,
      ]),
    );
  },
});
