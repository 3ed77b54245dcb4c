import { novelty } from "../novelty.ts";
import { byJob, few, name, span } from "../words.ts";

export const newActor = novelty({
  id: "new-actor",
  title: "a job that fetches secrets was started by somebody new",
  severity: "medium",
  reason: "Who takes over an account, or is given one, starts jobs that he never had started.",
  says: "… started … for the first time; in the last … only … had",
  silent: "Stages that many people start.",
  roaming: 6,
  most: 2_000,
  of: ({ secret, who }) => {
    const actor = who?.metadata.actor;
    return secret === null || who === null || actor === undefined
      ? null
      : { place: who.identity, value: actor };
  },
  say: (access, { values, age }) => {
    const { identity = "", metadata = {} } = access.who ?? {};
    return `${name(metadata.actor ?? "")} started ${name(identity)} for the first time; in the last ${span(age)} only ${few(values)} had${byJob(access)}`;
  },
});
