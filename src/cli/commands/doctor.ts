import { isBulkheadError } from "../../core/errors.ts";
import { command, jsonFlag } from "../command.ts";
import type { Context } from "../context.ts";
import { examinations } from "../doctor/index.ts";
import { type Diagnosis, type Examination, fail } from "../doctor/types.ts";
import { count } from "../output.ts";

const COLOURS = { ok: "green", warn: "yellow", fail: "red" } as const;

export default command({
  details: "Every line that is not ok says what to do next.",
  flags: jsonFlag,
  examples: [{ line: "bulkhead doctor", says: "exit code 1 where something failed" }],
  async run({ flags, context }) {
    const { out } = context;
    const results: (Diagnosis & { readonly name: string })[] = [];
    for (const examination of examinations)
      for (const diagnosis of await examine(examination, context))
        results.push({ name: examination.name, ...diagnosis });
    const failed = results.filter(({ state }) => state === "fail").length;
    const warned = results.filter(({ state }) => state === "warn").length;
    if (flags.json) out.json({ ok: failed === 0, results });
    else {
      for (const { name, state, says, next } of results)
        out.print(
          `${out.style(COLOURS[state], state.padEnd(4))}  ${name.padEnd(12)}  ${says}${next === undefined ? "" : `\n${" ".repeat(20)}→ ${next}`}`,
        );
      out.print(
        failed + warned === 0 ? "all is well" : `${count(failed, "failure")}, ${count(warned, "warning")}`,
      );
    }
    return failed > 0 ? 1 : 0;
  },
});

async function examine(examination: Examination, context: Context): Promise<readonly Diagnosis[]> {
  try {
    return await examination.examine(context);
  } catch (error) {
    if (isBulkheadError(error)) return [fail(error.message, error.hint)];
    return [
      fail(
        `it could not be examined (${error instanceof Error ? error.name : "unknown"})`,
        "run again with --debug",
      ),
    ];
  }
}
