/** What follows from the edges: each fact once, by the first edge whose premises all hold, in the order of the edges. */
import type { Edge } from "./types.ts";

export interface Solution {
  /** Fact → the edge that made it, in the order in which they became true. */
  readonly proofs: ReadonlyMap<string, Edge>;
}

export function solve(edges: readonly Edge[]): Solution {
  const proofs = new Map<string, Edge>();
  const waiting = new Map<string, Edge[]>();
  const missing = new Map<Edge, number>();
  const queue: Edge[] = [];
  for (const edge of edges) {
    const premises = new Set(edge.from);
    missing.set(edge, premises.size);
    if (premises.size === 0) queue.push(edge);
    for (const premise of premises) {
      const list = waiting.get(premise);
      if (list === undefined) waiting.set(premise, [edge]);
      else list.push(edge);
    }
  }
  for (let at = 0; at < queue.length; at++) {
    const edge = queue[at];
    if (edge === undefined || proofs.has(edge.to)) continue;
    proofs.set(edge.to, edge);
    for (const next of waiting.get(edge.to) ?? []) {
      const left = (missing.get(next) ?? 0) - 1;
      missing.set(next, left);
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
