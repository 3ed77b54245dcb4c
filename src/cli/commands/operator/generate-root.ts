import { BulkheadError } from "../../../core/errors.ts";
import { command, jsonFlag } from "../../command.ts";
import { deliver, type Facts, factsOf, handIn, outputFlag, serverClient } from "../../operator.ts";
import { readPrivateFile } from "../../private-file.ts";

export default command({
  details:
    "Makes a root token from enough shares. Whoever begins holds a one-time pad; the last share brings the token out XORed with it. Alone: run it and hand in all shares. With others: one begins with --start and keeps the pad, each hands shares in, and the first takes the pad off with --decode.",
  flags: {
    start: { kind: "switch", brief: "begin, and print nonce and one-time pad" },
    cancel: { kind: "switch", brief: "give the attempt that is going on up" },
    decode: { kind: "switch", brief: "take the pad off the encoded token on standard input" },
    padFile: { kind: "text", placeholder: "file", brief: "file (0600) with the one-time pad, for --decode" },
    nonce: { kind: "text", placeholder: "nonce", brief: "only this attempt, not another one" },
    ...outputFlag,
    ...jsonFlag,
  },
  examples: [
    { line: "bulkhead operator generate-root --output root.json", says: "all shares from here" },
    { line: "bulkhead operator generate-root --start --output pad.json", says: "for several people" },
    { line: "bulkhead operator generate-root --decode --pad-file pad <encoded", says: "the token" },
  ],
  exits: { 4: "shares are missing yet" },
  async run({ flags, context }) {
    if (flags.decode) {
      if (flags.padFile === undefined)
        throw new BulkheadError("usage.invalid", {
          problem: "--decode needs --pad-file",
          command: "operator generate-root",
        });
      const pad = readPrivateFile(flags.padFile);
      const encoded = (await context.input()).piped();
      const token = unpadded(encoded.revealText().trim(), pad.revealText().trim());
      deliver(context, { file: flags.output, json: { token }, text: flags.json ? "" : token });
      return 0;
    }
    const client = await serverClient(context, "operator generate-root");
    const path = "sys/generate-root/attempt";
    if (flags.cancel) {
      await client.call("DELETE", path);
      context.out.note("given up");
      return 0;
    }
    const going = factsOf(await client.call("GET", path));
    const mine = going.started !== true;
    const state: Facts = mine ? factsOf(await client.call("PUT", path, {})) : going;
    const pad = String(state.otp);
    if (flags.start) {
      if (!mine) throw new BulkheadError("seal.refused", { problem: "root generation already in progress" });
      const { nonce } = state;
      deliver(context, {
        file: flags.output,
        json: { nonce, otp: pad },
        text: flags.json ? "" : `nonce: ${String(nonce)}\npad: ${pad}`,
      });
      return 0;
    }
    const nonce = flags.nonce ?? String(state.nonce);
    const { facts, complete } = await handIn(
      context,
      "Share",
      async (key) => factsOf(await client.call("PUT", "sys/generate-root/update", { key, nonce })),
      (one) => one.complete === true,
    );
    if (!complete) return 4;
    const encoded = String(facts.encoded_token);
    const result = mine ? { token: unpadded(encoded, pad) } : { encoded_token: encoded };
    deliver(context, {
      file: flags.output,
      json: result,
      text: flags.json ? "" : Object.values(result).join(""),
    });
    return 0;
  },
});

function unpadded(encoded: string, pad: string): string {
  const [mixed, mask] = [Buffer.from(encoded, "base64"), Buffer.from(pad, "latin1")];
  if (mixed.length !== mask.length)
    throw new BulkheadError("seal.refused", { problem: "the one-time pad is not as long as the token" });
  return Buffer.from(mixed.map((byte, at) => byte ^ (mask[at] ?? 0))).toString("latin1");
}
