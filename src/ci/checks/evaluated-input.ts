import { locate } from "../spans.ts";
import { Taints } from "./common/taint.ts";
import { chooses, weighed } from "./template-injection.ts";
import type { Check } from "./types.ts";

/** Programs that take code as a word: behind an option, or all of their words. */
const EVALUATES: Readonly<Record<string, readonly string[] | "all">> = {
  eval: "all",
  "invoke-expression": "all",
  iex: "all",
  bash: ["-c", "-ec", "-lc", "-ce"],
  sh: ["-c", "-ec", "-lc"],
  zsh: ["-c"],
  python: ["-c"],
  python3: ["-c"],
  node: ["-e", "--eval", "-p"],
  perl: ["-e"],
  ruby: ["-e"],
  pwsh: ["-c", "-command", "-Command"],
  su: ["-c"],
};

export const evaluatedInput: Check = {
  id: "evaluated-input",
  class: "D",
  title: "a variable with text of others is read as code again",
  severity: "critical",
  confidence: "high",
  attack:
    'The variable kept the text apart from the script; `eval` or `sh -c "… $NAME"` reads it as code after all.',
  mend: 'Use the variable as data only: pass it as an argument (`sh -c \'… "$1"\' _ "$NAME"`) or drop the `eval`.',
  systems: ["github-actions"],
  step(step, report) {
    if (step.run === null) return;
    const { text, commands } = step.run;
    let taints: Taints | null = null;
    for (const { words, start, end } of commands) {
      const program = (words[0] ?? "").replace(/^.*\//, "").toLowerCase();
      const how = Object.hasOwn(EVALUATES, program) ? EVALUATES[program] : undefined;
      if (how === undefined) continue;
      const at = how === "all" ? 0 : words.findIndex((word) => how.includes(word));
      if (at === -1 || !/\$/.test(words.join(" "))) continue;
      // In single quotes the inner shell reads the variable itself, as data.
      const raw = text.value.slice(start, end);
      if (how !== "all" && new RegExp(`\\s${words[at] ?? ""}\\s+'`).test(raw)) continue;
      taints ??= new Taints(step);
      const code = (how === "all" ? words.slice(1) : [words[at + 1] ?? ""])
        .join(" ")
        .replace(/\$\{\{.*?\}\}/gs, "");
      const taint = taints.ofWords(code, { owner: step.owner, step });
      if (taint !== null)
        report({
          span: locate(text, start, end),
          message: `${chooses(taint)}, which \`${program}\` reads as code here`,
          related: taint.trail,
          subject: taint.source,
          ...weighed(taint),
        });
    }
  },
};
