import { wordsOf } from "../effects/of-script.ts";
import type { Command, Step } from "../model.ts";
import { locate } from "../spans.ts";
import { secretInWord, secretVariables } from "./parts/secrets.ts";
import { isCaptured, isRedirected, pipelineFrom } from "./parts/script.ts";
import type { Check } from "./types.ts";

/** What comes out of these is not what the runner masks. */
const CHANGES = new Set(
  "base64 base32 xxd od hexdump rev tr cut sed awk fold openssl gzip head tail jq tac".split(" "),
);
const PRINTS = new Set(["echo", "printf", "write-host", "write-output"]);
const DUMPS = new Set(["env", "printenv", "set", "export"]);

export const secretPrinted: Check = {
  id: "secret-printed",
  class: "A",
  systems: ["github-actions"],
  title: "a secret is written to the job's log",
  severity: "medium",
  confidence: "high",
  attack:
    "Logs are read by everybody who can see the repository. The runner hides a value only as it was stored: in another encoding, or in parts, it stands there.",
  mend: "Print something about the secret instead: whether it is set, its length, a name.",
  step(step, report) {
    const { run } = step;
    if (run === null) return;
    const variables = secretVariables(step);
    for (const command of run.commands) {
      const program = (command.words[0] ?? "").toLowerCase();
      const at = () => locate(run.text, command.start, command.end);
      if (isCaptured(run, command) || isRedirected(run, command)) continue;
      if (PRINTS.has(program)) {
        const secret = secretIn(command, variables);
        if (secret === null || /::(?:add-mask|set-output|save-state)/.test(command.words.join(" "))) continue;
        const line = pipelineFrom(run, command);
        const last = line.at(-1) ?? command;
        if (last.writesTo.length > 0) continue;
        const changed =
          line.slice(1).every((one) => CHANGES.has(wordsOf(one)?.program ?? "")) && line.length > 1;
        if (changed && !/-d\b|--decode/.test(last.words.join(" ")))
          report({
            span: at(),
            severity: "high",
            subject: secret,
            message: `\`${secret}\` is printed through \`${wordsOf(last)?.program}\`: the runner does not know that form and does not hide it`,
          });
        else if (line.length === 1)
          report({
            span: at(),
            subject: secret,
            message: `\`${secret}\` is printed: nothing but the runner's mask hides it`,
          });
      } else if (DUMPS.has(program) && variables.length > 0 && dumpsAll(command, program))
        report({
          span: at(),
          severity: "low",
          pedantic: true,
          message: `\`${command.words.join(" ")}\` prints every variable, \`${variables[0]?.name}\` among them`,
        });
      else if (
        program === "set" &&
        command.words.some((word) => /^-[a-z]*x/.test(word)) &&
        uses(step, variables)
      )
        report({
          span: at(),
          severity: "low",
          pedantic: true,
          message: "`set -x` prints every command with the secrets in it",
        });
    }
  },
};

const secretIn = ({ words }: Command, variables: ReturnType<typeof secretVariables>): string | null => {
  for (const word of words.slice(1)) {
    // A length, a test, a default say nothing of the value.
    const found = secretInWord(word.replace(/\$\{(?:#\w+|\w+:?\+[^}]*)\}/g, ""), variables);
    if (found !== null) return found;
  }
  return null;
};

const dumpsAll = ({ words, piped, writesTo }: Command, program: string): boolean =>
  words.length === (program === "export" ? 2 : 1) &&
  (program !== "export" || words[1] === "-p") &&
  !piped &&
  writesTo.length === 0;

const uses = ({ run }: Step, variables: ReturnType<typeof secretVariables>): boolean =>
  run !== null &&
  run.commands.some(({ words }) => words.some((word) => secretInWord(word, variables) !== null));
