import { command, jsonFlag } from "../../command.ts";
import { type Facts, factsOf, handIn, serverClient } from "../../operator.ts";

export default command({
  details:
    "Hands in shares of the unseal key: asked for without echo, or one a line on standard input. Several people may each hand in theirs from where they are; the last one that is needed unseals.",
  flags: {
    reset: { kind: "switch", brief: "forget the shares that were handed in" },
    one: { kind: "switch", brief: "hand in a single share, then end" },
    ...jsonFlag,
  },
  examples: [
    { line: "bulkhead operator unseal", says: "asks for shares until it is unsealed" },
    { line: "bulkhead operator unseal --one <share.txt", says: "from a file" },
  ],
  exits: { 4: "it is still sealed" },
  async run({ flags, context }) {
    const client = await serverClient(context, "operator unseal");
    const show = (facts: Facts): void => {
      if (flags.json) context.out.json(facts);
      else if (facts.sealed === true)
        context.out.print(`sealed, ${String(facts.progress)} of ${String(facts.t)} shares`);
      else context.out.print("unsealed");
    };
    if (flags.reset) {
      show(factsOf(await client.call("PUT", "sys/unseal", { reset: true })));
      return 4;
    }
    const before = factsOf(await client.call("GET", "sys/seal-status"));
    if (before.initialized === true && before.sealed === false) return show(before);
    const { facts } = await handIn(
      context,
      "Share of the unseal key",
      async (key) => factsOf(await client.call("PUT", "sys/unseal", { key })),
      ({ sealed }) => sealed === false || flags.one,
    );
    show(facts);
    return facts.sealed === true ? 4 : 0;
  },
});
