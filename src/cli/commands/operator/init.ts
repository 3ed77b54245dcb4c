import { command, jsonFlag } from "../../command.ts";
import { countFlags, deliver, factsOf, outputFlag, serverClient, shareLines } from "../../operator.ts";

export default command({
  details:
    "Makes the keys of a server that has nothing in it yet (`bulkhead server --config`), and prints the shares of the unseal key and a root token: once, nobody can print them again. Hand each share to another person. Where a key service unseals, they are recovery shares.",
  flags: { ...countFlags, ...outputFlag, ...jsonFlag },
  examples: [
    {
      line: "bulkhead operator init --shares 5 --threshold 3 --output keys.json",
      says: "any three of five unseal",
    },
    { line: "bulkhead operator init --json", says: "five and three, as JSON on standard output" },
  ],
  async run({ flags, context }) {
    const client = await serverClient(context, "operator init");
    const { shares = 5, threshold = 3 } = flags;
    const status = factsOf(await client.call("GET", "sys/seal-status"));
    const kind = status.recovery_seal === true ? "recovery" : "secret";
    const body = { [`${kind}_shares`]: shares, [`${kind}_threshold`]: threshold };
    const made = factsOf(await client.call("PUT", "sys/init", body));
    const keys = (made.recovery_keys_base64 ?? made.keys_base64) as readonly string[];
    const name = kind === "recovery" ? "recovery share" : "unseal share";
    const text = `${shareLines(keys, name)}\nroot token: ${String(made.root_token)}`;
    deliver(context, { file: flags.output, json: made, text: flags.json ? "" : text });
    if (kind === "secret")
      context.out.hint(`unseal it with ${threshold} of them: \`bulkhead operator unseal\``);
  },
});
