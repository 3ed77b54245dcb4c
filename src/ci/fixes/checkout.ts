/** `persist-credentials: false` on a checkout. */
import type { Fix, TextEdit } from "../checks/types.ts";
import type { Step } from "../model.ts";
import { span } from "../spans.ts";
import { beforeKey, eolOf, indentAt, isBlockKey, keyOf } from "./edits.ts";

/** Actions that push with what the checkout left. */
const PUSHES =
  /(?:^|\/)(?:git-auto-commit-action|create-pull-request|release-please-action|semantic-release(?:-action)?|add-and-commit|github-push-action|github-pages-deploy-action|actions-gh-pages|auto-commit|action|git-push-action|pre-commit-action)$/;

/** Null when it is off, or no edit is sure. */
export function persistCredentials(step: Step): Fix | null {
  const { checkout } = step.effects;
  if (checkout === null || checkout.persistCredentials !== true || step.uses === null) return null;
  const edit = editOf(step);
  return edit === null
    ? null
    : {
        title: "add `persist-credentials: false`",
        safety: needsGit(step) ? "review" : "safe",
        edits: [edit],
      };
}

function editOf(step: Step): TextEdit | null {
  const { file } = step.span;
  const given = step.with.find(({ name }) => name.toLowerCase() === "persist-credentials");
  if (given !== undefined)
    return given.value.span.file === file ? { span: given.value.span, text: "false" } : null;
  const [first] = step.with;
  if (first !== undefined) {
    const at = first.nameSpan.start;
    if (first.name === "*" || at < step.span.start || at > step.span.end) return null;
    if (isBlockKey(file, at)) return beforeKey(file, at, ["persist-credentials: false"]);
    return /[{,]\s*$/.test(file.text.slice(0, at))
      ? { span: span(file, at, at), text: "persist-credentials: false, " }
      : null;
  }
  const text = step.usesText;
  const key = text === null ? null : keyOf(file, "uses", text.span.start);
  if (text === null || key === null || key < step.span.start || !isBlockKey(file, key)) return null;
  const newline = file.text.indexOf("\n", text.span.end);
  let end = newline === -1 ? file.text.length : newline;
  if (file.text.charAt(end - 1) === "\r") end--;
  const [eol, indent] = [eolOf(file), indentAt(file, key)];
  return {
    span: span(file, end, end),
    text: `${eol}${indent}with:${eol}${indent}  persist-credentials: false`,
  };
}

/** A later step of the job speaks to the remote, or does what nobody can see. */
function needsGit(step: Step): boolean {
  const { owner } = step;
  return owner.steps.slice(step.index + 1).some(({ uses, run, effects }) => {
    if (uses !== null && PUSHES.test(uses.slug)) return true;
    if (run === null) return false;
    if (
      /\bgit\s+(?:[-\w=./]+\s+)*?(?:push|pull|fetch|clone|ls-remote|submodule|remote)\b/.test(run.text.value)
    )
      return true;
    const release =
      owner.kind === "job" &&
      owner.placement.phase !== "build-untrusted" &&
      owner.placement.phase !== "verify";
    return release && !effects.known;
  });
}
