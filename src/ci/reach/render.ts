/** Reach as plain data and as a picture. */
import { type Graph, svg } from "../../report/parts/graph.ts";
import { shown } from "../spans.ts";
import type { Edge, Reach } from "./types.ts";

const plainPath = (path: readonly Edge[]) =>
  path.map(({ kind, says, span, certain }) => ({ kind, says, certain, place: shown(span) }));

export const plainReach = ({ claims, exposures, recovery, jobs }: Reach): unknown => ({
  jobs: jobs.map(({ workflow, id }) => `${workflow.file.path}:${id}`),
  claims: claims.map(({ span, path, ...claim }) => ({ ...claim, place: shown(span), path: plainPath(path) })),
  exposures: exposures.map(({ span, path, ...one }) => ({
    ...one,
    place: shown(span),
    path: plainPath(path),
  })),
  recovery: recovery.map(({ span, ...step }) => ({ ...step, place: shown(span) })),
});

/** The jobs that fall, in the order in which they fall, and what falls with each. */
export function reachSvg({ claims, jobs }: Reach): string {
  const nodes: Graph["nodes"][number][] = [];
  const edges: Graph["edges"][number][] = [];
  const columns = new Map(jobs.map((job, index) => [`control ${job.workflow.file.path}:${job.id}`, index]));
  for (const job of jobs) {
    const id = `control ${job.workflow.file.path}:${job.id}`;
    nodes.push({ id, text: `${job.workflow.file.path.replace(/^.*\//, "")}: ${job.id}`, column: 0 });
  }
  for (const { kind, what, path, certain } of claims) {
    const id = `claim ${kind} ${what}`;
    nodes.push({ id, text: `${kind} ${what}${certain ? "" : " (perhaps)"}`, column: 1 });
    const last = path.filter(({ to }) => columns.has(to)).at(-1)?.to;
    if (last !== undefined)
      edges.push({ from: last, to: id, text: path.map(({ says }) => says).join(" → ") });
  }
  return svg({ nodes, edges });
}
