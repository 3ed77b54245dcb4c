import { severities } from "../../../../inventory/anomalies/index.ts";
import { pairsOf } from "../../../alerts.ts";
import { command } from "../../../command.ts";
import { readPrivateFile } from "../../../private-file.ts";

export default command({
  details:
    "Types: webhook (url, key: JSON by POST, signed with the key), slack (url: an incoming webhook in Slack's form), smtp (host, port, tls, from, to, username, password, ca), file (path: JSON lines). What is secret comes from a private file and never stands in the command line. docs/alerts.md has the options.",
  flags: {
    type: { kind: "choice", values: ["webhook", "slack", "smtp", "file"], brief: "how it is told" },
    set: { kind: "list", placeholder: "name=value", brief: "an option that is no secret" },
    from: {
      kind: "list",
      placeholder: "name=file",
      brief: "an option out of a private file (0600): url, key, password",
    },
    least: { kind: "choice", values: severities, default: "low", brief: "of at least this severity" },
  },
  args: [{ name: "sink", brief: "a name for it" }],
  examples: [
    { line: "bulkhead alerts sinks add chat --type slack --from url=hook.txt", says: "a channel" },
    {
      line: "bulkhead alerts sinks add mail --type smtp --set host=mail.example.com --set from=bulkhead@example.com --set to=on-call@example.com --least high",
      says: "e-mail, for what is serious",
    },
  ],
  async run({ flags, args: [sink = ""], context }) {
    const { client } = await context.api();
    const options = pairsOf(flags.set, { flag: "set", command: "alerts sinks add" });
    for (const [name, path] of Object.entries(
      pairsOf(flags.from, { flag: "from", command: "alerts sinks add" }),
    )) {
      const value = readPrivateFile(path);
      options[name] = value.revealText().trim();
      value.wipe();
    }
    await client.write(`bulkhead/alerts/sinks/${sink}`, {
      type: flags.type ?? "",
      options,
      least: flags.least,
    });
    context.out.note(`${sink} is told from now on; \`bulkhead alerts test ${sink}\` tries it`);
  },
});
