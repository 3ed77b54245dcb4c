import { command, jsonFlag } from "../../command.ts";
import { findProject } from "../../project.ts";
import { follow } from "../../rotate/follow.ts";
import { exitOf, printSteps, shownRotation, verdictOf } from "../../rotate/shown.ts";

export default command({
  details:
    "After a crash, a failure or a pause: takes a rotation as far as it goes now, runs the stages' checks if it waits for them, and asks for what only a person can do. Where the new value has to come from a person, it can be piped in.",
  flags: {
    now: { kind: "switch", brief: "end the grace period: revoke the old value now" },
    revoked: { kind: "switch", brief: "say that the old value was revoked by hand: prove it" },
    stdin: { kind: "switch", brief: "take the new value from standard input" },
    ...jsonFlag,
  },
  args: [{ name: "rotation", brief: "its id" }],
  examples: [
    { line: "bulkhead rotate continue 0mfx2k1c9aq3", says: "go on" },
    { line: "bulkhead rotate continue 0mfx2k1c9aq3 --now", says: "no more grace" },
  ],
  exits: { 1: "it failed, or was turned back", 4: "it waits for somebody" },
  async run({ flags, args: [id = ""], context }) {
    const { client, operator } = await context.api();
    await shownRotation(client, id);
    const input = await context.input();
    const value = flags.stdin ? await input.value("New value") : undefined;
    const manifest = (await findProject(context))?.manifest ?? null;
    const first = {
      ...(flags.now && { now: true }),
      ...(flags.revoked && { revoked: true }),
      ...(value && { value }),
    };
    const shown = await follow(
      { context, client, manifest, operator, ask: input.interactive && !flags.stdin },
      id,
      first,
    );
    if (flags.json) context.out.json(shown);
    else printSteps(context, shown);
    return exitOf([verdictOf(shown)]);
  },
});
