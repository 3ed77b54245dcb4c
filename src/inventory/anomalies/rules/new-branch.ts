import { novelty } from "../novelty.ts";
import { byJob, few, name, span } from "../words.ts";

/** Releases have a tag each, pull requests a number each: what counts is that it is one. */
export const refOf = (ref: string): string =>
  ref.replace(/^refs\/tags\/.*/, "refs/tags/…").replace(/^refs\/pull\/\d+\//, "refs/pull/…/");

export const newBranch = novelty({
  id: "new-branch",
  title: "a stage fetched secrets for a branch that it never had run for",
  severity: "high",
  reason: "Who may push a branch, but not to the one that is reviewed, runs his own code there.",
  says: "… fetched … for …; in the last … it ran for … alone",
  silent: "A new tag where tags are used, and stages that run for many branches.",
  roaming: 5,
  most: 2_000,
  of: ({ secret, who }) => {
    const ref = who?.metadata.ref;
    return secret === null || who === null || ref === undefined
      ? null
      : { place: who.identity, value: refOf(ref) };
  },
  say: (access, { values, age }) => {
    const { identity = "", metadata = {} } = access.who ?? {};
    return `${name(identity)} fetched ${name(access.secret ?? "")} for ${name(metadata.ref ?? "")}; in the last ${span(age)} it ran for ${few(values)} alone${byJob(access)}`;
  },
});
