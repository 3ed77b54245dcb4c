import { novelty } from "../novelty.ts";
import { byJob, few, name, span } from "../words.ts";

/** Without the ref behind it: that is another rule's. */
export const workflowOf = (workflow: string): string => workflow.replace(/@.*$/s, "");

export const newWorkflow = novelty({
  id: "new-workflow",
  title: "a stage fetched secrets in a workflow that it never had run in",
  severity: "high",
  reason: "A workflow that was added or changed carries the identity of another.",
  says: "… fetched … in …; in the last … it ran in … alone",
  silent: "The same workflow file at another commit or branch.",
  roaming: 5,
  most: 2_000,
  of: ({ secret, who }) => {
    const workflow = who?.metadata.workflow;
    return secret === null || who === null || workflow === undefined
      ? null
      : { place: who.identity, value: workflowOf(workflow) };
  },
  say: (access, { values, age }) => {
    const { identity = "", metadata = {} } = access.who ?? {};
    return `${name(identity)} fetched ${name(access.secret ?? "")} in ${name(workflowOf(metadata.workflow ?? ""))}; in the last ${span(age)} it ran in ${few(values)} alone${byJob(access)}`;
  },
});
