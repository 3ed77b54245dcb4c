/** Places where a job brings proposed code onto its machine. */
import { settingOf, namesProposal } from "../../effects/of-action.ts";
import { mentions, wordsOf } from "../../effects/of-script.ts";
import { expressionsIn } from "../../expression/index.ts";
import type { Job, Setting, Span, Step, Text } from "../../model.ts";
import { locate } from "../../spans.ts";
import { runsCheckout } from "./actions.ts";
import { type Assumed, stepRunsFor } from "./stranger.ts";

export interface Proposal {
  readonly step: Step;
  readonly span: Span;
  /** The action itself refuses it under `pull_request_target` and `workflow_run`; null: its version is not known. */
  readonly refuses: boolean | null;
  /** It names a commit that cannot change after somebody looked at it. */
  readonly fixed: boolean;
  /** The folder it goes to, where it is not the workspace. */
  readonly folder: string | null;
}

export function proposalsIn({ steps }: Job): Proposal[] {
  return steps.flatMap((step) => {
    const { checkout } = step.effects;
    if (checkout !== null && step.uses?.slug === "actions/checkout")
      return checkout.untrusted
        ? [
            {
              step,
              span: checkout.ref?.span ?? checkout.repository?.span ?? checkout.span,
              refuses: checkout.allowUnsafe ? false : checkout.refusesForkCode,
              fixed: isFixed(checkout.ref),
              folder: settingOf(step.with, "path")?.value.trim() ?? null,
            },
          ]
        : [];
    return inScript(step);
  });
}

const GIT = new Set(["fetch", "checkout", "switch", "pull", "clone", "merge", "reset", "worktree"]);

/** `gh pr checkout`, `git fetch origin pull/…`, `git checkout ${{ …head.sha }}`. */
function inScript(step: Step): Proposal[] {
  const { run, owner } = step;
  if (run === null) return [];
  const around = owner.kind === "job" ? [...step.env, ...owner.env, ...owner.workflow.env] : step.env;
  const variables = around.filter(({ value }) => namesProposal(value));
  for (const command of run.commands) {
    const words = wordsOf(command);
    if (words === null) continue;
    const base = { step, span: locate(run.text, command.start, command.end), refuses: false, folder: null };
    if (words.program === "gh" && words.plain[0] === "pr" && words.plain[1] === "checkout")
      return [{ ...base, fixed: false }];
    if (words.program !== "git" || !words.plain.some((word) => GIT.has(word))) continue;
    const word = words.rest.find((one) => isProposed(one, variables));
    if (word !== undefined) return [{ ...base, fixed: isFixed(asText(word)) }];
  }
  return [];
}

const asText = (word: string): Pick<Text, "value" | "expressions"> => ({
  value: word,
  expressions: expressionsIn(word),
});

const isProposed = (word: string, variables: readonly Setting[]): boolean =>
  /(?:^|[/:+])pull\/[^/]+\/(?:head|merge)/.test(word) ||
  namesProposal(asText(word) as Text) ||
  variables.some(({ name }) => mentions(word, name));

function isFixed(ref: Pick<Text, "value" | "expressions"> | null): boolean {
  return (
    ref?.expressions.some(({ expression }) =>
      expression.reads.contexts.some(({ path }) =>
        /\.(?:head\.sha|merge_commit_sha|head_sha|head_commit\.id)$/.test(path),
      ),
    ) ?? false
  );
}

/** The first later step that runs what was brought; null: it only lies there. */
export function runnerOf({ steps }: Job, { step, folder }: Proposal, assumed: Assumed): Step | null {
  const at = steps.indexOf(step);
  // The script that brought it may go on with it.
  const rest = step.run === null ? steps.slice(at + 1) : steps.slice(at);
  return (
    rest.find((later) => stepRunsFor(later, assumed) && runsCheckout(later) && reaches(later, folder)) ?? null
  );
}

/** Code in a folder of its own runs where something goes there. */
function reaches({ workingDirectory, run, with: inputs, uses }: Step, folder: string | null): boolean {
  if (folder === null || folder === "." || folder === "./") return true;
  const name = folder.replace(/^\.\//, "").replace(/\/$/, "");
  if (workingDirectory?.value.includes(name)) return true;
  if (uses?.kind === "local") return uses.path.startsWith(name);
  return run?.text.value.includes(name) === true || inputs.some(({ value }) => value.value.includes(name));
}
