/** What an expression can cost: the bytes a match spans, the bytes it looks at beside itself, and how often it may go back. */
import { EVERY_BYTE, meet, NO_BYTE, union, type ByteSet } from "../byte-set.ts";
import type { Node } from "./parse.ts";

export interface Bounds {
  readonly min: number;
  /** Bytes of the longest match; Infinity where an expression states no end. */
  readonly max: number;
  /** Bytes before a match that it looks at. */
  readonly behind: number;
  /** Bytes after a match that it looks at. */
  readonly ahead: number;
  /**
   * Binary logarithm of the number of ways in which one attempt may divide a text among the expression's parts before it gives up.
   * An upper bound: parts whose bytes differ from those that follow leave one way only.
   */
  readonly ways: number;
}

export function boundsOf(node: Node): Bounds {
  const { min, max } = lengthsOf(node);
  const { behind, ahead } = reachOf(node);
  return { min, max, behind, ahead, ways: waysOf(node, null) };
}

export function lengthsOf(node: Node): { min: number; max: number } {
  switch (node.type) {
    case "set":
      return { min: 1, max: 1 };
    case "sequence":
      return node.parts
        .map(lengthsOf)
        .reduce((sum, one) => ({ min: sum.min + one.min, max: sum.max + one.max }), { min: 0, max: 0 });
    case "choice": {
      const all = node.options.map(lengthsOf);
      return { min: Math.min(...all.map(({ min }) => min)), max: Math.max(...all.map(({ max }) => max)) };
    }
    case "repeat": {
      const body = lengthsOf(node.body);
      return { min: body.min * node.min, max: body.max === 0 ? 0 : body.max * node.max };
    }
    case "look":
    case "edge":
      return { min: 0, max: 0 };
  }
}

function reachOf(node: Node): { behind: number; ahead: number } {
  switch (node.type) {
    case "set":
      return { behind: 0, ahead: 0 };
    case "edge":
      return { behind: 1, ahead: 1 };
    case "sequence":
      return widest(node.parts);
    case "choice":
      return widest(node.options);
    case "repeat":
      return reachOf(node.body);
    case "look": {
      const inner = reachOf(node.body);
      const { max } = lengthsOf(node.body);
      return {
        behind: inner.behind + (node.ahead ? 0 : max),
        ahead: inner.ahead + (node.ahead ? max : 0),
      };
    }
  }
}

function widest(nodes: readonly Node[]): { behind: number; ahead: number } {
  const all = nodes.map(reachOf);
  return {
    behind: Math.max(0, ...all.map(({ behind }) => behind)),
    ahead: Math.max(0, ...all.map(({ ahead }) => ahead)),
  };
}

/** The bytes a match may begin with; `empty` when it may be empty. */
function firstOf(node: Node): { set: ByteSet; empty: boolean } {
  switch (node.type) {
    case "set":
      return { set: node.set, empty: false };
    case "choice": {
      const all = node.options.map(firstOf);
      return { set: union(all.map(({ set }) => set)), empty: all.some(({ empty }) => empty) };
    }
    case "repeat": {
      const { set, empty } = firstOf(node.body);
      return { set, empty: empty || node.min === 0 };
    }
    case "sequence": {
      const collected: ByteSet[] = [];
      for (const part of node.parts) {
        const { set, empty } = firstOf(part);
        collected.push(set);
        if (!empty) return { set: union(collected), empty: false };
      }
      return { set: union(collected), empty: true };
    }
    case "look":
    case "edge":
      return { set: NO_BYTE, empty: true };
  }
}

/** `follow`: what may come next, null when nothing must: then the first way that matches is the last one tried. */
function waysOf(node: Node, follow: ByteSet | null): number {
  switch (node.type) {
    case "set":
    case "edge":
      return 0;
    case "look":
      return waysOf(node.body, node.negative ? EVERY_BYTE : null);
    case "choice": {
      const most = Math.max(...node.options.map((option) => waysOf(option, follow)));
      const firsts = node.options.map((option) => firstOf(option));
      const ambiguous = firsts.some(
        ({ set, empty }, i) => empty || firsts.slice(i + 1).some((other) => meet(set, other.set)),
      );
      return most + (ambiguous && follow !== null ? Math.log2(node.options.length) : 0);
    }
    case "sequence": {
      let sum = 0;
      let next = follow;
      for (const part of node.parts.toReversed()) {
        sum += waysOf(part, next);
        if (part.type === "look" || part.type === "edge") next = EVERY_BYTE;
        else {
          const { set, empty } = firstOf(part);
          next = empty ? (next === null ? null : union([set, next])) : set;
        }
      }
      return sum;
    }
    case "repeat": {
      const { set, empty } = firstOf(node.body);
      if (node.max <= 1) {
        const optional = node.min < node.max && follow !== null && (empty || meet(set, follow));
        return waysOf(node.body, follow) + (optional ? 1 : 0);
      }
      const inner = waysOf(node.body, follow === null ? set : union([set, follow]));
      const ambiguous = node.min < node.max && follow !== null && meet(set, follow);
      return (inner === 0 ? 0 : inner * node.max) + (ambiguous ? Math.log2(node.max - node.min + 1) : 0);
    }
  }
}
