import { type Blast, type Fallen, blastGraph, blastOf, credentialsOf } from "../../inventory/index.ts";
import { KV_MOUNT } from "../../manifest/index.ts";
import { mermaid, svg } from "../../report/parts/graph.ts";
import { command } from "../command.ts";
import { gatherFacts } from "../inventory/facts.ts";
import { type FoundTarget, targetOf } from "../inventory/target.ts";
import { type Output, count, plain } from "../output.ts";

export default command({
  details:
    "The credentials that are taken, what each opens, the stages, jobs and runs that stand on the same value, the places to which it was pushed and where scans saw it; with a secret also those that it mints. A workflow is read from the repository one stands in, with all jobs that fall with it, else from what `bulkhead ci inventory --record` kept. Nothing is changed.",
  flags: {
    env: { kind: "text", short: "e", placeholder: "environment", brief: "in this environment only" },
    audit: { kind: "list", placeholder: "folder", brief: "audit log folders, in place of the local store's" },
    format: {
      kind: "choice",
      values: ["text", "json", "svg", "mermaid"],
      default: "text",
      brief: "how it is printed",
    },
  },
  args: [{ name: "what", brief: "a secret, a stage, a run's id, a workflow; secret:NAME says which" }],
  examples: [
    { line: "bulkhead blast openai --env prod", says: "if that key leaks" },
    {
      line: "bulkhead blast stage:train --format svg > blast.svg",
      says: "if a dependency of the stage is hostile",
    },
    { line: "bulkhead blast deploy.yml --format mermaid", says: "if that workflow is compromised" },
  ],
  async run({ flags, args: [what = ""], context }) {
    const { facts, gaps } = await gatherFacts(context, { folders: flags.audit });
    const credentials = credentialsOf(facts, { idle: Number.POSITIVE_INFINITY, mount: KV_MOUNT });
    const found = await targetOf(what, { facts, credentials, context });
    const blast = blastOf(found.target, { facts, credentials, environment: flags.env });
    const { out } = context;
    for (const gap of gaps) out.warn(gap);
    const forms = {
      text: () => print(blast, found, out),
      json: () =>
        out.json({
          ...blast,
          claims: found.claims.map(({ kind, what: of, certain }) => ({ kind, what: of, certain })),
        }),
      svg: () => out.print(svg(blastGraph(blast))),
      mermaid: () => out.print(mermaid(blastGraph(blast))),
    } as const;
    forms[flags.format]();
  },
});

const LINES: readonly (readonly [string, (one: Fallen) => readonly string[]])[] = [
  ["opens", ({ systems }) => systems],
  ["enables", ({ enables }) => [enables]],
  ["owner", ({ owner }) => [owner ?? "nobody is named"]],
  ["stages", ({ stages }) => stages],
  ["jobs", ({ pipelines }) => pipelines],
  ["pushed to", ({ pushes }) => pushes],
  ["stands in", ({ copies }) => copies],
  ["was given to", ({ consumers }) => consumers],
  ["mints", ({ mints }) => mints],
  ["leases", ({ leases }) => (leases === null ? [] : [String(leases)])],
];

function print(blast: Blast, { claims }: FoundTarget, out: Output): void {
  const { target, fallen, others, systems, stages, owners } = blast;
  const lines = [out.style("bold", `${plain(target)} falls:`)];
  for (const one of fallen) {
    lines.push(`\n${out.style("bold", plain(one.credential))}`);
    for (const [title, of] of LINES)
      for (const [index, text] of of(one).entries())
        lines.push(`  ${(index === 0 ? title : "").padEnd(13)}${plain(text)}`);
  }
  if (fallen.length === 0) lines.push("no credential that is known here");
  if (others.length > 0)
    lines.push("\nand, not declared here:", ...others.map((other) => `  ${plain(other)}`));
  if (claims.length > 0)
    lines.push(
      "\nby the workflow's own rights:",
      ...claims.map(({ kind, what, certain }) => `  ${kind} ${plain(what)}${certain ? "" : " (perhaps)"}`),
    );
  out.print(lines.join("\n"));
  out.note(
    `${count(fallen.length, "credential")}, ${count(systems.length, "system")}, ${count(stages.length, "stage")}, ${owners.length === 0 ? "no owner" : `owners: ${owners.map(plain).join(", ")}`}`,
  );
}
