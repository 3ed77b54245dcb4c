/** The one thing to do first, as rows: the first whose condition holds. */
import type { Item } from "../../run/litmus/index.ts";
import { quoted } from "../self.ts";
import { type LitmusResult, type NextStep } from "./result.ts";

type Facts = Omit<LitmusResult, "next"> & {
  /** The level that was asked for, null for the usual one. */
  readonly asked: number | null;
};

interface Row {
  readonly when: (facts: Facts) => boolean;
  readonly step: (facts: Facts) => NextStep;
}

const left = ({ run, inside, today }: Facts): readonly Item[] =>
  run?.items ?? (inside === null ? [] : today.items);
const has = (facts: Facts, group: Item["group"]): boolean => left(facts).some((one) => one.group === group);
const first = (facts: Facts, ...groups: readonly Item["group"][]): string =>
  left(facts).find(({ group }) => groups.includes(group))?.name ?? "";
const runLine = ({ stage }: Facts, more = ""): string =>
  `bulkhead run${stage === null ? "" : ` ${quoted(stage)}`}${more}${stage === null ? " -- …" : ""}`;

const ROWS: readonly Row[] = [
  {
    when: ({ refused }) => refused !== null,
    step: ({ refused }) => ({ text: `${refused?.message}: ${refused?.hint}` }),
  },
  {
    when: ({ run, asked }) => run !== null && run.isolation.level < 2 && asked !== null && asked < 2,
    step: (facts) => ({
      text: `level ${facts.run?.isolation.level} was asked for: leave --isolation away, or ask for 2`,
      command: runLine(facts, " --isolation 2"),
    }),
  },
  {
    when: ({ run }) => run !== null && run.isolation.level < 2,
    step: ({ run }) => ({
      text: `this machine reaches level ${run?.isolation.level}: ${run?.isolation.missing[0] ?? ""}`,
      command: "bulkhead doctor",
    }),
  },
  {
    when: (facts) => facts.inside !== null && (has(facts, "memory") || has(facts, "bulkhead")),
    step: () => ({
      text: "this run hides nothing outside of it: start it with --isolation 2, or as `bulkhead doctor` says",
      command: "bulkhead doctor",
    }),
  },
  {
    when: (facts) => left(facts).some(({ name }) => name.endsWith(".extraheader")),
    step: () => ({
      text: "the checkout left its token in .git/config, which the job needs: `persist-credentials: false` for actions/checkout, or take the line out",
    }),
  },
  {
    when: (facts) => has(facts, "files") || has(facts, "agents") || has(facts, "bulkhead"),
    step: (facts) => ({
      text: `${first(facts, "bulkhead", "files", "agents")} can still be read: leave out what shows it (--expose), or move it where the job cannot read`,
    }),
  },
  {
    when: (facts) => facts.inside !== null && facts.stage === null && has(facts, "variables"),
    step: (facts) => ({
      text: `whether ${first(facts, "variables")} is the job's own cannot be told here: a stage of bulkhead.yaml says it`,
    }),
  },
  {
    when: (facts) => has(facts, "variables") || has(facts, "ci"),
    step: (facts) => ({
      text: `${first(facts, "variables", "ci")} can still be read: take it out of \`set:\` and --preserve-env, and declare it under \`secrets:\` for the stage that needs it`,
    }),
  },
  {
    when: (facts) => has(facts, "git"),
    step: (facts) => ({
      text: `${first(facts, "git")} of git's settings can still be used: set it for yourself alone (~/.gitconfig), which a job sees without it`,
    }),
  },
  {
    when: ({ inside, project }) => inside === null && project === null,
    step: () => ({
      text: "declare which stage needs which credential; the others then cannot read it",
      command: "bulkhead init",
    }),
  },
  {
    when: (facts) => facts.inside === null && facts.run?.network === "open",
    step: ({ run }) => ({
      text: `declare \`network:\` for the stage, with the hosts that it needs: ${
        run?.items.some(({ group }) => group === "metadata") === true
          ? "the metadata service answers it, and "
          : ""
      }what a job can read it can still send anywhere`,
    }),
  },
  {
    when: ({ inside }) => inside !== null,
    step: () => ({ text: "nothing: what can be read here is the stage's own" }),
  },
];

export function nextStep(facts: Facts): NextStep {
  const row = ROWS.find(({ when }) => when(facts));
  return row?.step(facts) ?? { text: "start it so from now on", command: runLine(facts) };
}
