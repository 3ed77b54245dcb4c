import type { Job, Step } from "../model.ts";
import { holdingsOf, inWords, isRich } from "./parts/holdings.ts";
import { strangersTriggers } from "./parts/stranger.ts";
import type { Check } from "./types.ts";

const COMMENTS = new Set(["issue_comment", "discussion_comment"]);
const BODY = /^github\.event\.comment\.body$/;
/** A step that asks who it is. */
const ASKS = /permission|collaborator|association|team|allowed|authori[sz]e|is-?member|maintainer|actor/i;

export const missingActorCheck: Check = {
  id: "missing-actor-check",
  class: "C",
  title: "a command in a comment is taken from anybody",
  severity: "medium",
  confidence: "medium",
  systems: ["github-actions"],
  attack: "Everybody with an account writes the comment, and the job does what it says with what it holds.",
  mend: "Ask in the condition for `github.event.comment.author_association` (OWNER, MEMBER, COLLABORATOR), or for the author's permission in a first step.",
  job(job, report) {
    const trigger = strangersTriggers(job).find(({ event }) => COMMENTS.has(event));
    if (trigger === undefined || job.condition === null) return;
    const commanded = job.condition.text.expressions.some(({ expression }) =>
      expression.reads.contexts.some(({ path }) => BODY.test(path)),
    );
    if (!commanded || [job, ...job.after].some(asks)) return;
    const holdings = holdingsOf(job);
    // A job that answers needs to write comments; more than that is worth a question.
    const answers = holdings.writes.every((scope) => scope === "issues" || scope === "pull-requests");
    if (!isRich(holdings)) return;
    report({
      span: job.condition.text.span,
      subject: job.id,
      pedantic: answers && holdings.secrets.length === 0 && !holdings.claims && !holdings.unknown,
      message: `whoever comments starts job \`${job.id}\`, which has ${inWords(holdings)}`,
      related: [{ span: trigger.span, message: "strangers start it by this" }],
    });
  },
};

const asks = ({ steps }: Job): boolean => steps.some((step) => asking(step));

const asking = ({ uses, run, with: inputs, name }: Step): boolean =>
  ASKS.test(uses?.slug ?? "") ||
  ASKS.test(name?.value ?? "") ||
  (run !== null && /collaborators|author_association|permission/i.test(run.text.value)) ||
  (uses?.slug === "actions/github-script" &&
    inputs.some(({ value }) => /collaborator|association|permission|membership/i.test(value.value)));
