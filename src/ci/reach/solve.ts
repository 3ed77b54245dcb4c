/** What follows from the edges: each fact once, by the first edge whose premises all hold, in the order of the edges. */
import type { Edge } from "./types.ts";

export interface Solution {
  /** Fact → the edge that made it, in the order in which they became true. */
  readonly proofs: ReadonlyMap<string, Edge>;
}

export function solve(edges: readonly Edge[]): Solution {
  const proofs = new Map<string, Edge>();
  /** By premise: the edges, by index. */
  const waiting = new Map<string, number[]>();
  /** By edge: premises that do not hold yet; one that is named twice counts twice, and is met twice. */
  const missing = Int32Array.from(edges, ({ from }) => from.length);
  const queue: number[] = [];
  for (const [index, { from }] of edges.entries()) {
    if (from.length === 0) queue.push(index);
    for (const premise of from) {
      const list = waiting.get(premise);
      if (list === undefined) waiting.set(premise, [index]);
      else list.push(index);
    }
  }
  for (let at = 0; at < queue.length; at++) {
    const edge = edges[queue[at] as number] as Edge;
    if (proofs.has(edge.to)) continue;
    proofs.set(edge.to, edge);
    for (const next of waiting.get(edge.to) ?? []) {
      const left = (missing[next] as number) - 1;
      missing[next] = left;
      if (left === 0) queue.push(next);
    }
  }
  return { proofs };
}

/** Every edge that a fact stands on, premises before conclusions. */
export function pathTo(fact: string, proofs: ReadonlyMap<string, Edge>): Edge[] {
  const path: Edge[] = [];
  const seen = new Set<string>();
  const visit = (one: string): void => {
    const edge = proofs.get(one);
    if (edge === undefined || seen.has(one)) return;
    seen.add(one);
    for (const premise of edge.from) visit(premise);
    path.push(edge);
  };
  visit(fact);
  return path;
}
