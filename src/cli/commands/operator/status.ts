import { command, jsonFlag } from "../../command.ts";
import { type Facts, factsOf } from "../../operator.ts";

export default command({
  details:
    "The seal, and which operations with shares are going on: unsealing, new shares, a root token. Needs no token.",
  flags: {
    alive: { kind: "switch", brief: "only whether it answers, sealed or not: for health checks" },
    ...jsonFlag,
  },
  examples: [
    { line: "bulkhead operator status", says: "of the server at BULKHEAD_ADDR, else of the local store" },
  ],
  exits: { 4: "it is sealed, or has nothing in it yet" },
  async run({ flags, context }) {
    const { address, out } = context;
    const client = address === null ? (await context.api()).client : await context.anonymous(address);
    const seal = factsOf(await client.call("GET", "sys/seal-status"));
    if (flags.alive) return 0;
    const ask = async (path: string): Promise<Facts | null> => {
      const answer = await client.call("GET", path, undefined, { allow: [400, 403, 503] });
      return answer.status === 200 ? factsOf(answer) : null;
    };
    const rekey = await ask("sys/rekey/init");
    const root = await ask("sys/generate-root/attempt");
    if (flags.json) out.json({ seal, rekey, generate_root: root });
    else {
      const state =
        seal.initialized !== true ? "nothing in it yet" : seal.sealed === true ? "sealed" : "unsealed";
      const going = (facts: Facts | null): string =>
        facts?.started === true
          ? `${String(facts.progress)} of ${String(facts.required)} shares, nonce ${String(facts.nonce)}`
          : "none";
      out.table(
        ["seal", String(seal.type)],
        [
          ["state", state],
          ["shares", `${String(seal.t)} of ${String(seal.n)}`],
          ["unsealing", seal.sealed === true ? `${String(seal.progress)} shares` : "none"],
          ["new shares", going(rekey)],
          ["root token", going(root)],
        ],
      );
    }
    return seal.initialized === true && seal.sealed === false ? 0 : 4;
  },
});
