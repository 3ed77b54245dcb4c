import { makeLock } from "../../../ci/lock-update.ts";
import { LOCK_PATH } from "../../../ci/lock.ts";
import { openRemotes, serverFlag } from "../../ci-remotes.ts";
import { folderToChange, writeTexts } from "../../ci-texts.ts";
import { command, jsonFlag } from "../../command.ts";

export default command({
  details:
    "Asks, through git, which commit each `uses:` of another repository is, whether that commit belongs to a branch or tag of it, and what its action.yml or workflow says, and writes it to .bulkhead/ci-lock.yaml. With the lock the audit judges remote actions offline. What the lock knows already is not asked again without --update. GITHUB_TOKEN or GH_TOKEN reads private repositories.",
  flags: {
    ...jsonFlag,
    ...serverFlag,
    update: { kind: "switch", brief: "ask again for everything: tags and branches move" },
  },
  args: [{ name: "path", brief: "the repository (default: this folder)", optional: true }],
  examples: [
    { line: "bulkhead ci lock", says: "after a change of `uses:`" },
    { line: "bulkhead ci lock --update", says: "what tags and branches are today" },
  ],
  exits: { 4: "a reference names nothing" },
  async run({ flags, args: [path = "."], context }) {
    const { cwd, out } = context;
    const root = folderToChange(cwd, path);
    const { text, entries, missing } = await makeLock(root, openRemotes(flags.server, context), {
      update: flags.update,
    });
    writeTexts(root, new Map([[LOCK_PATH, { before: "", after: text }]]));
    if (flags.json) out.json({ entries: entries.map(({ content: _, ...entry }) => entry), missing });
    else
      out.table(
        ["uses", "commit", "version", "of the repository"],
        entries.map(({ uses, sha, version, reachable }) => [
          uses,
          sha.slice(0, 12),
          version ?? "",
          reachable === false ? "no" : "yes",
        ]),
      );
    for (const uses of missing) out.warn(`${uses} names nothing: correct the tag, branch or commit`);
    return missing.length > 0 ? 4 : 0;
  },
});
