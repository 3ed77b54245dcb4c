import { wordsOf } from "../effects/of-script.ts";
import { locate } from "../spans.ts";
import { secretInWord, secretVariables } from "./parts/secrets.ts";
import type { Check } from "./types.ts";

/** They have no process of their own, or write nothing of theirs anywhere. */
const BUILT_IN = new Set(
  "echo printf export test [ [[ : read local declare set unset true false eval exit return if write-host write-output".split(
    " ",
  ),
);

export const secretInArgv: Check = {
  id: "secret-in-argv",
  class: "A",
  systems: ["github-actions"],
  title: "a secret stands on a command line",
  severity: "medium",
  confidence: "high",
  attack:
    "Every process of the machine can list the arguments of every other one, and programs put them into logs and crash reports.",
  mend: "Give it through the environment, standard input or a file that only the job's user reads.",
  step(step, report) {
    const { run, owner } = step;
    if (run === null) return;
    // On a machine that the host throws away only the job's own processes can look.
    const shared = owner.kind === "job" && owner.runner?.hosting === "self-hosted";
    const variables = secretVariables(step);
    for (const command of run.commands) {
      const words = wordsOf(command);
      if (words === null || BUILT_IN.has(words.program)) continue;
      for (const word of words.rest) {
        const secret = secretInWord(word, variables);
        if (secret === null) continue;
        report({
          span: locate(run.text, command.start, command.end),
          pedantic: !shared,
          ...(!shared && { severity: "low" as const }),
          subject: secret,
          message: `\`${secret}\` is an argument of \`${words.program}\``,
        });
        break;
      }
    }
  },
};
