import { fixRepository } from "../../../ci/fixes/apply.ts";
import { folderToChange, unifiedDiff, writeTexts } from "../../ci-texts.ts";
import { command, jsonFlag } from "../../command.ts";

export default command({
  details:
    "Mends what the audit finds, where an edit is sure to keep what the workflow does: least permissions, checkouts that leave no credentials, secrets in the step that uses them, text of others as a variable, pins from the lock. Comments and layout stay. --unsafe also makes the edits that somebody must look at: environments, the run's own identity in place of static keys (with the trust policy that must be there first). A workflow never has more authority afterwards.",
  flags: {
    ...jsonFlag,
    check: { kind: "switch", brief: "write nothing, exit with 3 if there is something to mend" },
    diff: { kind: "switch", brief: "write nothing, print a unified diff" },
    unsafe: { kind: "switch", brief: "also edits that somebody must look at" },
    pedantic: { kind: "switch", brief: "also for findings that --pedantic shows" },
  },
  args: [{ name: "path", brief: "the repository (default: this folder)", optional: true }],
  examples: [
    { line: "bulkhead ci fix --diff", says: "what would change" },
    { line: "bulkhead ci fix", says: "change it" },
    { line: "bulkhead ci fix --unsafe --diff | less", says: "with the edits to look at" },
  ],
  exits: { 3: "--check: something can be mended" },
  async run({ flags, args: [path = "."], context: { cwd, out } }) {
    const root = folderToChange(cwd, path);
    const { files, applied, waiting } = fixRepository(root, {
      review: flags.unsafe,
      pedantic: flags.pedantic,
    });
    const dry = flags.check || flags.diff;
    if (!dry) writeTexts(root, files);
    if (flags.json)
      out.json({
        written: !dry,
        files: [...files.keys()],
        fixes: applied,
        waiting,
        ...(flags.diff && { diff: unifiedDiff(files) }),
      });
    else {
      if (flags.diff) out.stdout.write(unifiedDiff(files));
      else for (const one of applied) out.print(`${one.path}:${one.line}: ${one.title} [${one.check}]`);
      for (const { note, path: file, line } of applied)
        if (note !== null) out.hint(`${file}:${line}: ${note}`);
      if (waiting > 0 && !flags.unsafe)
        out.note(`${waiting} more can be mended by edits to look at: \`bulkhead ci fix --unsafe --diff\``);
    }
    return flags.check && files.size > 0 ? 3 : 0;
  },
});
