import { variableMatch } from "../effects/systems.ts";
import type { Derived, Script } from "../model.ts";
import { secretInWord, secretVariables } from "./parts/secrets.ts";
import type { Check } from "./types.ts";

const CREDENTIAL =
  /(?:^|[_-])(?:token|secret|password|passwd|passphrase|credentials?|api[_-]?key|private[_-]?key|access[_-]?key)$/i;

export const derivedSecretUnmasked: Check = {
  id: "derived-secret-unmasked",
  class: "A",
  title: "a credential made in the job is handed on without a mask",
  severity: "high",
  confidence: "medium",
  systems: ["github-actions"],
  attack:
    "The runner hides what it stored itself. A token that a step makes stands readable in the log of every later step that prints its environment.",
  mend: "Print `::add-mask::` with the value first, then write it; hand it on only to the step that needs it.",
  job({ steps }, report) {
    /** Variables that were masked so far. */
    const masked = new Set<string>();
    for (const step of steps) {
      const { run } = step;
      if (run === null) continue;
      const variables = secretVariables(step);
      const { derived } = step.effects;
      for (const [at, one] of derived.entries()) {
        if (one.kind === "mask") for (const name of variablesIn(one.text)) masked.add(name);
        if (one.kind !== "env" && one.kind !== "output") continue;
        if (one.name === null || !isCredential(one.name)) continue;
        if (secretInWord(one.text, variables) !== null) {
          report({
            span: one.span,
            severity: "low",
            pedantic: true,
            subject: one.name,
            message: `\`${one.name}\` hands a secret to every later step`,
          });
          continue;
        }
        const made = madeHere(one, run);
        if (made === null || made.some((name) => masked.has(name))) continue;
        const later = derived
          .slice(at + 1)
          .some(
            (other) => other.kind === "mask" && variablesIn(other.text).some((name) => made.includes(name)),
          );
        report({
          span: one.span,
          subject: one.name,
          message: later
            ? `\`${one.name}\` is masked only after it was written`
            : `\`${one.name}\` is made in this step and written to ${one.kind === "env" ? "the environment of later steps" : "an output"} without a mask`,
        });
      }
    }
  },
};

const isCredential = (name: string): boolean =>
  CREDENTIAL.test(name) || variableMatch(name.toUpperCase().replaceAll("-", "_"))?.secret === true;

const variablesIn = (text: string): string[] =>
  [...text.matchAll(/\$(?:env:|\{)?(\w+)/g)].map(([, name]) => name ?? "");

/** The variables that a command of this script gave their value; empty where the value stands in place; null: it comes from elsewhere. */
function madeHere({ text }: Derived, { text: { value } }: Script): string[] | null {
  const body = text.slice(text.indexOf("=") + 1);
  if (/^["']?\$\(/.test(body) || /^["']?`/.test(body)) return [];
  const names = variablesIn(body).filter(
    (name) =>
      new RegExp(`(?:^|[\\s;])(?:export\\s+)?\\$?${name}\\s?=\\s?["']?(?:\\$\\(|\`|\\()`, "m").test(value) ||
      readInto(name, value),
  );
  return names.length === 0 ? null : names;
}

const readInto = (name: string, script: string): boolean =>
  new RegExp(`\\bread\\b[^\\n;|]*\\b${name}\\b`).test(script);
