import { BulkheadError } from "../../../core/errors.ts";
import { command, jsonFlag } from "../../command.ts";
import {
  countFlags,
  deliver,
  type Facts,
  factsOf,
  handIn,
  outputFlag,
  serverClient,
  shareLines,
} from "../../operator.ts";

export default command({
  details:
    "Replaces the shares: enough of the present ones are handed in (asked for without echo, or one a line on standard input), new ones come out, and the old ones are worth nothing. With --verify the old ones stay until enough of the new ones were handed in as well. --shares begins; without it the operation that is going on is taken up.",
  flags: {
    ...countFlags,
    verify: { kind: "switch", brief: "the new shares count once enough of them were handed in" },
    recovery: { kind: "switch", brief: "recovery shares, where a key service unseals" },
    cancel: { kind: "switch", brief: "give the operation that is going on up" },
    nonce: { kind: "text", placeholder: "nonce", brief: "only this operation, not another one" },
    ...outputFlag,
    ...jsonFlag,
  },
  examples: [
    {
      line: "bulkhead operator rekey --shares 5 --threshold 3 --verify --output new.json",
      says: "begin, and hand shares in",
    },
    { line: "bulkhead operator rekey --nonce 3f1c…", says: "hand in further shares from elsewhere" },
    { line: "bulkhead operator rekey --cancel", says: "nothing changes" },
  ],
  exits: { 4: "shares are missing yet" },
  async run({ flags, context }) {
    const client = await serverClient(context, "operator rekey");
    const base = flags.recovery ? "sys/rekey-recovery-key" : "sys/rekey";
    if (flags.cancel) {
      await client.call("DELETE", `${base}/init`);
      return context.out.note("given up; the present shares stay");
    }
    const state = await begin();
    const verifying = typeof state.verification_nonce === "string";
    return verifying ? await verify(String(state.verification_nonce)) : await update(state);

    async function begin(): Promise<Facts> {
      const { shares, threshold } = flags;
      if (shares === undefined) {
        const going = factsOf(await client.call("GET", `${base}/init`));
        if (going.started === true) return going;
        throw new BulkheadError("usage.invalid", {
          problem: "none is going on: give --shares and --threshold",
          command: "operator rekey",
        });
      }
      const body = {
        secret_shares: shares,
        secret_threshold: threshold ?? (shares === 1 ? 1 : 0),
        require_verification: flags.verify,
      };
      const started = factsOf(await client.call("PUT", `${base}/init`, body));
      context.out.note(`begun, nonce ${String(started.nonce)}`);
      return started;
    }

    async function update({ nonce }: Facts): Promise<number> {
      const used = flags.nonce ?? String(nonce);
      const { facts, complete } = await handIn(
        context,
        "Present share",
        async (key) => factsOf(await client.call("PUT", `${base}/update`, { key, nonce: used })),
        (one) => one.complete === true,
      );
      if (!complete) return 4;
      const text = shareLines(facts.keys_base64 as readonly string[], "share");
      deliver(context, { file: flags.output, json: facts, text: flags.json ? "" : text });
      if (facts.verification_required !== true) return 0;
      context.out.hint("the old shares stay until enough of these are handed in: `bulkhead operator rekey`");
      return 4;
    }

    async function verify(nonce: string): Promise<number> {
      const { complete } = await handIn(
        context,
        "New share",
        async (key) => factsOf(await client.call("PUT", `${base}/verify`, { key, nonce })),
        (one) => one.complete === true,
      );
      if (complete) context.out.note("the new shares count from now on");
      return complete ? 0 : 4;
    }
  },
});
