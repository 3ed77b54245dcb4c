import { isLiteral } from "../literals.ts";
import { commandsOf } from "../shell/commands.ts";
import { locate } from "../spans.ts";
import type { Check } from "./types.ts";

/** Options whose value is a credential. */
const OPTIONS = /^--?(?:password|token|auth-token|api-key|secret|client-secret|access-token)$/;
const ADDRESS = /[a-z][\w+.-]*:\/\/[^\s/@:$]*:([^\s/@$]{6,})@/i;
const CONFIG = /_(?:authToken|auth|password)[= ]([^\s$"']{8,})/;

export const imageSecretCommand: Check = {
  id: "image-secret-command",
  class: "A",
  title: "a command of an image's build holds a secret",
  severity: "high",
  confidence: "medium",
  attack:
    "The command stands in the file, in its history and in the image's: whoever can pull the image reads it there.",
  mend: "Mount the secret (`RUN --mount=type=secret,id=NAME`) and read it from `/run/secrets/NAME`.",
  repository({ builds }, report) {
    for (const { instructions } of builds)
      for (const { name, text } of instructions) {
        if (name !== "RUN") continue;
        for (const { words, assignments, start, end } of commandsOf(text.value, "sh")) {
          const what = literalIn(words, assignments);
          if (what !== null)
            report({
              span: locate(text, start, end),
              subject: what,
              message: `${what} stands in a command of the build`,
            });
        }
      }
  },
};

function literalIn(words: readonly string[], assignments: readonly string[]): string | null {
  for (const word of [...assignments, ...(words[0] === "export" ? words.slice(1) : [])]) {
    const equals = word.indexOf("=");
    if (equals > 0 && isLiteral(word.slice(0, equals), word.slice(equals + 1)))
      return `the value of \`${word.slice(0, equals)}\``;
  }
  for (const [at, word] of words.entries()) {
    const [option = "", inline] = word.split("=", 2);
    if (OPTIONS.test(option) && isLiteral("token", inline ?? words[at + 1] ?? ""))
      return `the value of \`${option}\``;
    if (isLiteral("password", ADDRESS.exec(word)?.[1] ?? "")) return "a password in an address";
    if (isLiteral("token", CONFIG.exec(word)?.[1] ?? "")) return "a registry's token";
  }
  return null;
}
