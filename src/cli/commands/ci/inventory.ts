import { resolve } from "node:path";
import {
  type Inventory,
  type InventoryFormat,
  inventory,
  inventoryFormats,
  ownersOf,
  plainInventory,
  repositoryName,
  rolledUp,
  cellsOf,
  shown,
} from "../../../ci/index.ts";
import { listedPaths } from "../../scan/sources.ts";
import { hostFlag, openAsked, warnOfGaps } from "../../ci-repository.ts";
import { rotationsIn } from "../../ci-rotation.ts";
import { command, jsonFlag } from "../../command.ts";
import { headCommit } from "../../git.ts";
import { count } from "../../output.ts";
import type { Context } from "../../context.ts";

export default command({
  details:
    "Workflow, job, credential or identity, the systems it opens, environment, scope, owner, last rotation. Owners come from `# bulkhead: owner TEAM` above a job or at the head of a workflow, from bulkhead.yaml and from CODEOWNERS. Nothing is sent unless --record or --rotation asks for it.",
  flags: {
    ...jsonFlag,
    ...hostFlag,
    csv: { kind: "switch", brief: "print CSV" },
    format: { kind: "choice", values: ["markdown", "csv", "mermaid", "svg"], brief: "print another form" },
    repos: { kind: "text", placeholder: "file", brief: "a list of further repositories, one a line" },
    rotation: { kind: "switch", brief: "ask the store when secrets of bulkhead.yaml were last replaced" },
    record: { kind: "switch", brief: "keep it in the store, repository by repository" },
  },
  args: [{ name: "path", brief: "the repository (default: this folder)", optional: true }],
  examples: [
    { line: "bulkhead ci inventory", says: "who holds what" },
    { line: "bulkhead ci inventory --format markdown", says: "for a page, with a line for each workflow" },
    { line: "bulkhead ci inventory --repos repos.txt --csv", says: "many repositories as one sheet" },
    { line: "bulkhead ci inventory --record --rotation", says: "into the store, with the age of secrets" },
  ],
  exits: { 4: "a file could not be read whole" },
  async run({ flags, args: [path], context }) {
    const { cwd } = context;
    const listed = flags.repos === undefined ? [] : listedPaths(flags.repos, cwd);
    const paths = path === undefined && listed.length > 0 ? listed : [path ?? ".", ...listed];
    let code = 0;
    const all: Inventory[] = [];
    for (const one of paths) {
      const repository = await openAsked(one, flags.host, context);
      code = Math.max(code, warnOfGaps(repository, context));
      const owners = ownersOf(repository.root);
      const rotated =
        flags.rotation && owners.manifest !== null ? await rotationsIn(context, owners.manifest) : null;
      const made = inventory(repository, { owners, rotated });
      if (flags.record)
        await record(context, made, {
          name: repositoryName(repository),
          commit: headCommit(resolve(cwd, one)),
        });
      all.push(made);
    }
    print(rolledUp(all), flags.csv ? "csv" : flags.format, {
      json: flags.json,
      several: all.length > 1,
      context,
    });
    return code;
  },
});

function print(
  made: Inventory,
  format: InventoryFormat | undefined,
  { json, several, context: { out } }: { json: boolean; several: boolean; context: Context },
): void {
  if (json) return out.json(plainInventory(made));
  if (format !== undefined) return out.print(inventoryFormats[format](made));
  const head = [
    "repository",
    "place",
    "job",
    "phase",
    "credential",
    "systems",
    "environment",
    "owner",
    "rotated",
  ];
  const from = several ? 0 : 1;
  out.table(
    head.slice(from),
    made.rows.map((row) => {
      const [
        repository = "",
        ,
        job = "",
        phase = "",
        credential = "",
        systems = "",
        environment = "",
        ,
        owner = "",
        rotated = "",
      ] = cellsOf(row);
      return [
        repository,
        shown(row.span),
        job,
        phase,
        credential,
        systems,
        environment,
        owner,
        rotated,
      ].slice(from);
    }),
  );
}

async function record(
  context: Context,
  { rows }: Inventory,
  { name, commit }: { name: string; commit: string | null },
): Promise<void> {
  const { client } = await context.api();
  await client.write("bulkhead/inventory/record", {
    repository: name,
    commit: commit ?? "",
    rows: rows.map((row) => ({
      workflow: row.workflow.toWellFormed().slice(0, 1_000),
      job: row.job.toWellFormed().slice(0, 300),
      phase: row.phase,
      kind: row.kind,
      credential: row.credential.toWellFormed().slice(0, 500),
      systems: row.systems.slice(0, 50).map(({ id }) => id),
      environments: row.environments.slice(0, 50).map((one) => one.toWellFormed().slice(0, 300)),
      scope: row.scope.toWellFormed().slice(0, 2_000),
      owner: (row.owner?.name ?? "").toWellFormed().slice(0, 500),
      rotated: row.rotated ?? "",
      place: shown(row.span).toWellFormed().slice(0, 1_200),
    })),
  });
  context.out.note(`recorded ${count(rows.length, "row")} (${name})`);
}
