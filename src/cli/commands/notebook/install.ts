import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { BulkheadError } from "../../../core/errors.ts";
import { command } from "../../command.ts";
import { configure, repositoryRoot } from "../../git.ts";
import { replaceFile } from "../../output-file.ts";
import { quoted, selfCommand } from "../../self.ts";
import { keepFlags, keepOptions } from "./clean.ts";

const FILTER = "filter.bulkhead-notebook";
const LINE = "*.ipynb filter=bulkhead-notebook";

export default command({
  details:
    "Makes git clean every notebook on its way into a commit; the file you work with keeps its outputs. Writes the filter to this clone's configuration and one line to .gitattributes, which you commit. A notebook that cannot be read then stops the commit.",
  flags: { ...keepFlags, remove: { kind: "switch", brief: "take the filter and the line away again" } },
  examples: [
    { line: "bulkhead notebook install", says: "in this repository" },
    { line: "bulkhead notebook install --keep-tag figure", says: "cells tagged `figure` keep their outputs" },
  ],
  async run({ flags, context }) {
    const root = repositoryRoot(context.cwd);
    if (root === null) throw new BulkheadError("git.no-repository", { folder: context.cwd });
    keepOptions(flags, "notebook install");
    const attributes = join(root, ".gitattributes");
    const before = existsSync(attributes) ? readFileSync(attributes, "utf8") : "";
    const others = before.split("\n").filter((line) => line.trim() !== LINE);
    if (flags.remove) {
      for (const key of ["clean", "required"]) configure(root, `${FILTER}.${key}`, null);
      if (others.join("\n") !== before) replaceFile(attributes, others.join("\n"));
      context.out.note("notebooks are committed as they are again");
      return;
    }
    const kept = [
      ...flags.keep.map((part) => `--keep ${quoted(part)}`),
      ...flags.keepTag.map((tag) => `--keep-tag ${quoted(tag)}`),
    ];
    configure(root, `${FILTER}.clean`, [selfCommand(), "notebook clean", ...kept].join(" "));
    configure(root, `${FILTER}.required`, "true");
    if (others.join("\n") === before)
      replaceFile(attributes, `${before}${before === "" || before.endsWith("\n") ? "" : "\n"}${LINE}\n`);
    context.out.note("notebooks lose their outputs on their way into a commit");
    context.out.hint("commit .gitattributes; `git add --renormalize .` cleans what is committed already");
  },
});
