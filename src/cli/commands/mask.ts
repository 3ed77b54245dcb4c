import { BulkheadError } from "../../core/errors.ts";
import { type Masker, commandsOf, compileMasks } from "../../mask/index.ts";
import { command } from "../command.ts";
import { filter } from "../mask/filter.ts";
import { readValues } from "../mask/secrets-file.ts";

export default command({
  details:
    "A filter from standard input to standard output. Every value of FILE, in every encoding in which it may turn up, becomes `***`; all other bytes pass unchanged and at once. FILE is a JSON array or object of values, or NAME=value lines; it is private (mode 0600), or a pipe: `--secrets-from <(…)`. What was compressed, encrypted or reversed cannot be masked.",
  flags: {
    secretsFrom: { kind: "text", placeholder: "file", brief: "the values to mask" },
    maskPatterns: {
      kind: "switch",
      brief: "mask what looks like a key, too; lines are then written when they are complete",
    },
    commands: {
      kind: "switch",
      brief: "obey `::add-mask::VALUE` lines, which go on to the CI system where there is one",
    },
    mask: { kind: "text", placeholder: "text", default: "***", brief: "what stands in place of a value" },
    json: { kind: "switch", brief: "print what was masked as JSON, to standard error" },
  },
  examples: [
    { line: "python train.py 2>&1 | bulkhead mask --secrets-from secrets.json", says: "a job's log" },
    { line: "kubectl logs job/train | bulkhead mask --mask-patterns", says: "what merely looks like a key" },
  ],
  exits: { 141: "the reader of the output went away" },
  async run({ flags, context: { out, env } }) {
    const { secretsFrom, maskPatterns, mask, json } = flags;
    if (secretsFrom === undefined && !maskPatterns && !flags.commands)
      throw new BulkheadError("usage.invalid", {
        problem: "nothing to mask: give --secrets-from, --mask-patterns or --commands",
        command: "mask",
      });
    const values = secretsFrom === undefined ? [] : readValues(secretsFrom);
    const masks = compileMasks({ values, mask, ...(flags.commands ? { commands: commandsOf(env) } : {}) });
    for (const { value } of values) value.fill(0);
    if (masks.skipped.length > 0 && !json)
      out.warn(`not masked: ${masks.skipped.map(({ name, why }) => `${name} (${why})`).join(", ")}`);
    const maskers: Masker[] = [masks.masker()];
    if (maskPatterns) {
      const [{ usualDetector }, { PatternMasker }] = await Promise.all([
        import("../../scan/usual-detector.ts"),
        import("../mask/patterns.ts"),
      ]);
      maskers.push(new PatternMasker(usualDetector({ everySecret: true }), mask));
    }
    const { read, written, broken } = filter({ masks, maskers, direct: !flags.commands });
    if (json) {
      const counts = Object.fromEntries(maskers.flatMap((one) => [...one.hits()]));
      const summary = { read, written, masked: counts, notMasked: masks.skipped };
      out.stderr.write(`${JSON.stringify(summary)}\n`);
    }
    return broken ? 141 : 0;
  },
});
