import { pinRepository } from "../../../ci/pin.ts";
import { openRemotes, serverFlag } from "../../ci-remotes.ts";
import { folderToChange, unifiedDiff, writeTexts } from "../../ci-texts.ts";
import { command, jsonFlag } from "../../command.ts";

export default command({
  details:
    "Rewrites every `uses:` of another repository from its tag or branch to the commit, with the version as a comment, and brings the lock up to date. With --update tags are asked again, and commits move to the newest release of the same major version. A commit that belongs to no branch or tag of its repository is named by the audit, and replaced with --update where a comment says its version. GITHUB_TOKEN or GH_TOKEN reads private repositories.",
  flags: {
    ...jsonFlag,
    ...serverFlag,
    update: { kind: "switch", brief: "move to the newest release of the same major version" },
    diff: { kind: "switch", brief: "write nothing, print a unified diff" },
  },
  args: [{ name: "path", brief: "the repository (default: this folder)", optional: true }],
  examples: [
    { line: "bulkhead ci pin", says: "hashes in place of tags" },
    { line: "bulkhead ci pin --update --diff", says: "what newer releases would change" },
  ],
  exits: { 4: "a reference names nothing" },
  async run({ flags, args: [path = "."], context }) {
    const { cwd, out } = context;
    const root = folderToChange(cwd, path);
    const { files, pinned, missing } = await pinRepository(root, openRemotes(flags.server, context), {
      update: flags.update,
    });
    if (!flags.diff) writeTexts(root, files);
    if (flags.json) out.json({ written: !flags.diff, files: [...files.keys()], pinned, missing });
    else if (flags.diff) out.stdout.write(unifiedDiff(files));
    else
      for (const { path: file, line, uses, sha, version } of pinned)
        out.print(`${file}:${line}: ${uses} → ${sha.slice(0, 12)} ${version ?? ""}`.trimEnd());
    for (const uses of missing) out.warn(`${uses} names nothing: correct the tag, branch or commit`);
    return missing.length > 0 ? 4 : 0;
  },
});
