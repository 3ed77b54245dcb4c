import { resolve } from "node:path";
import { type Change, ciDiff, loadRepository, shown } from "../../../ci/index.ts";
import { openRepository, warnOfGaps } from "../../ci-repository.ts";
import { command, jsonFlag } from "../../command.ts";
import { treeOf } from "../../git-tree.ts";

export default command({
  details:
    "Compares the pipeline files of this folder with those of a git revision: what jobs hold that they did not hold, what a compromised job or a fork reaches that it did not reach, and what is gone. For a pull request, BASE is the branch it goes to.",
  flags: {
    ...jsonFlag,
    failOnMore: { kind: "switch", brief: "exit 3 when something is added" },
    path: { kind: "text", placeholder: "folder", default: ".", brief: "the repository" },
  },
  args: [{ name: "base", brief: "a branch, a tag or a commit" }],
  examples: [
    { line: "bulkhead ci diff origin/main", says: "what this branch adds" },
    { line: "bulkhead ci diff origin/main --fail-on-more", says: "as a gate" },
  ],
  exits: { 3: "with --fail-on-more: something is added", 4: "a file could not be read whole" },
  run({ flags, args: [base = "HEAD"], context }) {
    const { cwd, out } = context;
    const after = openRepository(flags.path, context);
    const tree = treeOf(resolve(cwd, flags.path), base);
    try {
      const before = loadRepository(tree.root, { slug: after.slug });
      const { added, removed } = ciDiff(before, after);
      if (flags.json) out.json({ added: added.map(plainChange), removed: removed.map(plainChange) });
      else {
        const rows = [
          ...added.map((one) => ["+", ...cells(one)]),
          ...removed.map((one) => ["-", ...cells(one)]),
        ];
        if (rows.length === 0) out.print("nothing is added to what jobs hold or reach");
        else out.table(["", "what", "where", "place", "change"], rows);
      }
      const gaps = warnOfGaps(after, context);
      return Promise.resolve(flags.failOnMore && added.length > 0 ? 3 : gaps);
    } finally {
      tree.remove();
    }
  },
});

const cells = ({ what, where, text, span }: Change): string[] => [what, where, shown(span), text];
const plainChange = ({ span, ...change }: Change) => ({ ...change, place: shown(span) });
