/** The inventory for people, spreadsheets and pages. What stands in files is text from outside: each form escapes it. */
import { csvCell, markdown } from "../../report/parts/escape.ts";
import { shown } from "../spans.ts";
import { type Graph, mermaid, svg } from "../../report/parts/graph.ts";
import type { Inventory, InventoryRow } from "./types.ts";

export type InventoryFormat = "markdown" | "csv" | "mermaid" | "svg";

const HEAD = [
  "repository",
  "workflow",
  "job",
  "phase",
  "credential",
  "systems",
  "environment",
  "scope",
  "owner",
  "rotated",
  "place",
] as const;

export function cellsOf(row: InventoryRow): string[] {
  const { repository, workflow, job, phase, credential, systems, environments, scope, owner, rotated } = row;
  return [
    repository,
    workflow,
    job,
    phase,
    row.certain ? credential : `${credential} (depends on settings)`,
    systems.map(({ title }) => title).join(", "),
    environments.join(", "),
    scope,
    owner?.name ?? "unknown",
    rotated ?? (row.kind === "secret" ? "unknown" : ""),
    shown(row.span),
  ];
}

export const inventoryFormats: Readonly<Record<InventoryFormat, (inventory: Inventory) => string>> = {
  csv: ({ rows }) =>
    [[...HEAD], ...rows.map(cellsOf)].map((cells) => `${cells.map(csvCell).join(",")}\r\n`).join(""),
  markdown: ({ rows, workflows }) =>
    [
      table(
        ["workflow", "secrets or identities", "external systems", "owner", "phases"],
        workflows.map((one) => [
          one.workflow,
          one.identities.join(", "),
          one.systems.join(", ") || "unknown",
          one.owners.join(", ") || "unknown",
          one.phases.join(", "),
        ]),
      ),
      table(
        HEAD.slice(1),
        rows.map((row) => cellsOf(row).slice(1)),
      ),
    ].join("\n"),
  mermaid: (inventory) => mermaid(graphOf(inventory)),
  svg: (inventory) => svg(graphOf(inventory)),
};

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |\n`;
  return [line(head), line(head.map(() => "---")), ...rows.map((row) => line(row.map(markdown)))].join("");
}

/** Workflows and jobs on the left, what they hold, what it opens on the right. */
function graphOf({ rows }: Inventory): Graph {
  const nodes = new Map<string, Graph["nodes"][number]>();
  const edges = new Map<string, Graph["edges"][number]>();
  const node = (id: string, text: string, column: number): string => {
    if (!nodes.has(id)) nodes.set(id, { id, text, column });
    return id;
  };
  const join = (from: string, to: string): void => void edges.set(`${from}\0${to}`, { from, to, text: "" });
  for (const row of rows) {
    const job = node(
      `j ${row.repository} ${row.workflow} ${row.job}`,
      `${row.workflow.replace(/^.*\//, "")}: ${row.job}`,
      0,
    );
    if (row.kind === "none") continue;
    const held = node(`h ${row.repository} ${row.credential}`, row.credential, 1);
    join(job, held);
    for (const { id, title } of row.systems) join(held, node(`s ${id}`, title, 2));
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
}

/** For JSON: places as `path:line:column`. */
export const plainInventory = ({ rows, workflows }: Inventory): unknown => ({
  rows: rows.map(({ span, ...row }) => ({ ...row, place: shown(span) })),
  workflows,
});
