import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { BulkheadError } from "../../../core/errors.ts";
import { explain } from "../../../detect/explain.ts";
import { previewOf } from "../../../scan/finding.ts";
import { PositionCounter } from "../../../scan/places.ts";
import { visible } from "../../../report/visible.ts";
import { command } from "../../command.ts";
import { rulesFor } from "../../scan/rule-files.ts";

const MOST_BYTES = 4 << 20;

export default command({
  details:
    "Which rules match where in a sample of up to 4 MiB. With --rule also what that rule came close to, and what dropped it: no literal, the expression, a checksum, too little variety, a placeholder.",
  flags: {
    rule: { kind: "text", placeholder: "id", brief: "this rule alone, with what it refused" },
    rules: { kind: "list", placeholder: "file", brief: "rules to add (may be given again)" },
  },
  args: [{ name: "file", brief: "the sample; `-` is standard input" }],
  examples: [
    {
      line: "bulkhead rules test --rules acme.yaml --rule acme-token sample.txt",
      says: "one rule of a file",
    },
  ],
  exits: { 3: "no rule matches" },
  async run({ flags, args: [file = "-"], context }) {
    const { out } = context;
    const { rules } = await rulesFor(flags, { paths: [], context });
    const bytes = sampleOf(file, context.cwd);
    const rule =
      flags.rule === undefined ? undefined : rules.detector.rules.find(({ id }) => id === flags.rule);
    if (flags.rule !== undefined && rule === undefined)
      throw new BulkheadError("rules.unknown", { id: flags.rule });
    const all = rules.detector.scan(bytes);
    const matches = all.filter((match) => rule === undefined || match.rule.id === rule.id);
    const reasons = rule === undefined ? null : explain(rule, bytes.toString("latin1"));
    const near = (reasons?.near ?? []).filter(
      ({ offset }) =>
        !matches.some((match) => match.offset <= offset && offset < match.offset + match.length),
    );
    const places = new PositionCounter([...all, ...near].map(({ offset }) => offset));
    places.push(bytes);
    const at = (offset: number): string => `${places.at(offset).line}:${places.at(offset).column}`;
    for (const match of matches) {
      const how = match.decoded === undefined ? "" : ` inside ${match.decoded.join(", ")}`;
      out.print(visible(`${at(match.offset)}  ${match.rule.id}  ${previewOf(match)}${how}`));
    }
    for (const { offset, length, refused } of near) {
      const winner = all.find(
        (match) => match.offset < offset + length && offset < match.offset + match.length,
      );
      const why =
        refused ??
        (winner === undefined ? "it is a part of another find" : `${winner.rule.id} has the place`);
      out.print(`${at(offset)}  refused: ${why} (${length} characters)`);
    }
    if (reasons?.literal === false) out.print(`none of the rule's literals is there: ${literalsOf(rule)}`);
    else if (reasons !== null && matches.length === 0 && near.length === 0)
      out.print("a literal is there, and the expression matches nowhere");
    for (const match of all) match.value.fill(0);
    return matches.length > 0 ? 0 : 3;
  },
});

const literalsOf = (rule: { formats: readonly { literals: readonly string[] }[] } | undefined): string =>
  [...new Set(rule?.formats.flatMap(({ literals }) => literals))].join(", ");

function sampleOf(file: string, cwd: string): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file === "-" ? 0 : resolve(cwd, file));
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? "unknown";
    throw new BulkheadError("io.failed", { action: "read", path: file, reason }, { cause });
  }
  if (bytes.length > MOST_BYTES)
    throw new BulkheadError("usage.invalid", {
      problem: "the sample is larger than 4 MiB",
      command: "rules test",
    });
  return bytes;
}
