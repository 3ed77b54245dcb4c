import { novelty } from "../novelty.ts";
import { byJob, few, name, span, whoIs } from "../words.ts";

const DECLARED_MS = 7 * 86_400_000;

export const newReader = novelty({
  id: "new-reader",
  title: "a secret was read by somebody who never had read it",
  severity: "high",
  reason: "A stolen identity reads what it never needed.",
  says: "… read …, which only … had read in the last …",
  silent:
    "A secret that is new itself, and a stage of a project that was applied within the last week: it was declared.",
  roaming: 8,
  most: 2_000,
  of: ({ secret, who }) => (secret === null || who === null ? null : { place: secret, value: who.identity }),
  expected: ({ who, cell, time }, history) => {
    const { project, environment } = who?.metadata ?? {};
    // what another compartment reads was declared by nobody
    if (
      project === undefined ||
      (cell !== null && (cell.project !== project || cell.environment !== environment))
    )
      return false;
    const applied = history.applied(project);
    return applied !== null && time - applied <= DECLARED_MS;
  },
  say: (access, { values, age }) =>
    `${access.who === null ? "" : whoIs(access.who)} read ${name(access.secret ?? "")}, which only ${few(values)} had read in the last ${span(age)}${byJob(access)}`,
});
