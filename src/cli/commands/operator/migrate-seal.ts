import { BulkheadError } from "../../../core/errors.ts";
import { command, jsonFlag } from "../../command.ts";
import { countFlags, deliver, outputFlag, shareLines, shares } from "../../operator.ts";
import { readPrivateFile } from "../../private-file.ts";

export default command({
  details:
    "Keeps the store and changes what opens it: from the local store's key file or passphrase (no --from) or from the seal of a configuration, to the seal of another configuration. Stop the servers first. One write changes from the one to the other; the old key opens nothing after it. Present shares are asked for without echo, or read from standard input, one a line.",
  flags: {
    from: {
      kind: "text",
      placeholder: "file",
      brief: "the present configuration; not given: the local store",
    },
    to: { kind: "text", placeholder: "file", brief: "the configuration whose seal is wanted" },
    ...countFlags,
    ...outputFlag,
    ...jsonFlag,
  },
  examples: [
    {
      line: "bulkhead operator migrate-seal --from old.yaml --to new.yaml",
      says: "for example from shares to AWS KMS",
    },
    {
      line: "bulkhead operator migrate-seal --to server.yaml --shares 5 --threshold 3 --output keys.json",
      says: "the local store, from its key file to shares",
    },
  ],
  async run({ flags, context }) {
    if (flags.to === undefined)
      throw new BulkheadError("usage.invalid", {
        problem: "--to is missing",
        command: "operator migrate-seal",
      });
    const [{ readConfig }, { migrateSeal }] = await Promise.all([
      import("../../../server/config.ts"),
      import("../../../server/migrate-seal.ts"),
    ]);
    const counts =
      flags.shares === undefined
        ? null
        : { shares: flags.shares, threshold: flags.threshold ?? Math.min(flags.shares, 1) };
    const passphraseFile = context.env.BULKHEAD_PASSPHRASE_FILE;
    const made = await migrateSeal({
      from: flags.from === undefined ? { home: context.home } : readConfig(flags.from, context.env),
      to: readConfig(flags.to, context.env).seal,
      counts,
      shares: () => shares(context, "Present share"),
      passphrase: async () =>
        passphraseFile
          ? readPrivateFile(passphraseFile)
          : await (await context.input()).hidden("Passphrase of the local store"),
    });
    if (made === null) return context.out.note("the seal is changed");
    const text = shareLines(made.keys, made.recovery ? "recovery share" : "unseal share");
    const json = made.recovery ? { recovery_keys_base64: made.keys } : { keys_base64: made.keys };
    deliver(context, { file: flags.output, json, text: flags.json ? "" : text });
    context.out.note("the seal is changed");
  },
});
