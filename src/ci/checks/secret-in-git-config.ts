import { wordsOf } from "../effects/of-script.ts";
import { locate } from "../spans.ts";
import { secretInWord, secretVariables } from "./parts/secrets.ts";
import { isPinned, isForeign, runsCheckout } from "./parts/actions.ts";
import type { Check } from "./types.ts";

export const secretInGitConfig: Check = {
  id: "secret-in-git-config",
  class: "A",
  systems: ["github-actions"],
  title: "a token is written into git's configuration",
  severity: "medium",
  confidence: "high",
  attack:
    "It stays in `.git/config` or `~/.gitconfig`, where every later step of the job, and every artifact of the folder, has it.",
  mend: "Hand it to git for one command: `git -c http.extraheader=…` from a variable, or a credential helper that reads the environment.",
  job({ steps }, report) {
    for (const [at, step] of steps.entries()) {
      const { run } = step;
      if (run === null) continue;
      const variables = secretVariables(step);
      const exposed = steps
        .slice(at + 1)
        .some((later) => runsCheckout(later) || (isForeign(later) && !isPinned(later)));
      for (const command of run.commands) {
        const words = wordsOf(command);
        if (words?.program !== "git" || !writes(words.rest)) continue;
        const word = words.rest.find((one) => secretInWord(one, variables) !== null);
        if (word === undefined) continue;
        const secret = secretInWord(word, variables) ?? "";
        report({
          span: locate(run.text, command.start, command.end),
          pedantic: !exposed,
          ...(!exposed && { severity: "low" as const }),
          subject: secret,
          message: `\`${secret}\` stays in git's configuration for the rest of the job`,
        });
      }
    }
  },
};

/** The words behind git's own options; a clone keeps the address it was given. */
function writes(rest: readonly string[]): boolean {
  const begin = rest.findIndex((word, at) => !word.startsWith("-") && !/^-[Cc]$/.test(rest[at - 1] ?? ""));
  const [first = "", second = ""] = begin === -1 ? [] : rest.slice(begin);
  if (first === "config") return !second.startsWith("get") && !second.startsWith("--get");
  return first === "clone" || (first === "remote" && (second === "set-url" || second === "add"));
}
