/**
 * Attacker-controlled fields, and the events under which they hold anything at all: `github.head_ref` is empty on a push.
 * https://docs.github.com/actions/reference/security/secure-use#good-practices-for-mitigating-script-injection-attacks
 */
import type { Trigger } from "../../model.ts";

const PULLS = ["pull_request", "pull_request_target"];
const REVIEWS = ["pull_request_review", "pull_request_review_comment"];

/** Longest prefix first. */
const FIELDS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^github\.head_ref$/, PULLS],
  [/^github\.event\.pull_request\b/, [...PULLS, ...REVIEWS]],
  [/^github\.event\.issue\b/, ["issues", "issue_comment"]],
  [
    /^github\.event\.comment\b/,
    ["issue_comment", "pull_request_review_comment", "commit_comment", "discussion_comment"],
  ],
  [/^github\.event\.review\b/, ["pull_request_review"]],
  [/^github\.event\.discussion\b/, ["discussion", "discussion_comment"]],
  [/^github\.event\.workflow_run\b/, ["workflow_run"]],
  [/^github\.event\.check_(?:run|suite)\b/, ["check_run", "check_suite"]],
  [/^github\.event\.(?:commits|head_commit)\b/, ["push"]],
  [/^github\.event\.pages\b/, ["gollum"]],
  [/^github\.event\.changes\b/, ["issues", "issue_comment", "discussion", ...PULLS, ...REVIEWS]],
  [/^github\.event\.inputs\b/, ["workflow_dispatch"]],
  [/^github\.event\.client_payload\b/, ["repository_dispatch"]],
  [/^github\.event\.release\b/, ["release"]],
];

/** Those of the triggers under which the field is there; all of them for a field that is in no row. */
export function under(path: string, triggers: readonly Trigger[]): readonly Trigger[] {
  const events = FIELDS.find(([pattern]) => pattern.test(path))?.[1];
  return events === undefined
    ? triggers
    : triggers.filter(({ event, known }) => !known || events.includes(event));
}

/** Text with line breaks: whoever writes it ends a line of a file that it is written to. */
export const hasLines = (path: string): boolean =>
  /(?:\.body|\.message|\.description)$/.test(path) || /^github(?:\.event)?$/.test(path) || path.endsWith("*");
