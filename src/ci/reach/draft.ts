/** A graph while it is made: edges and meanings, each once. */
import type { Job, SourceFile, Span } from "../model.ts";
import { remembered } from "../remembered.ts";
import type { ClaimKind, Edge, EdgeKind, Meaning, ReachGraph } from "./types.ts";

export interface EdgeParts {
  readonly kind: EdgeKind;
  readonly from: readonly string[];
  readonly to: string;
  readonly span: Span;
  readonly says: string;
  readonly certain?: boolean;
}

export class Draft {
  readonly #edges: Edge[] = [];
  /** Conclusions and files to numbers that they are told apart by: there are hundreds of thousands of edges. */
  readonly #numbers = new Map<string | SourceFile, number>();
  /** What edges have in common to the last one of them. */
  readonly #last = new Map<number, number>();
  /** By edge: the one before it that has that in common, too; -1 for none. */
  readonly #before: number[] = [];
  readonly #meanings = new Map<string, Meaning>();

  edge({ kind, from, to, span, says, certain = true }: EdgeParts): void {
    const edge = { kind, from, to, span, says, certain };
    const mixed = Math.imul(this.#number(to), 0x9e3779b1) ^ Math.imul(this.#number(span.file), 0x85ebca6b);
    const key = (mixed ^ Math.imul(span.start, 0xc2b2ae35)) >> 1;
    const last = this.#last.get(key) ?? -1;
    for (let at = last; at >= 0; at = this.#before[at] as number)
      if (isSame(this.#edges[at] as Edge, edge)) return;
    this.#last.set(key, this.#edges.push(edge) - 1);
    this.#before.push(last);
  }

  #number(fact: string | SourceFile): number {
    let number = this.#numbers.get(fact);
    if (number === undefined) this.#numbers.set(fact, (number = this.#numbers.size));
    return number;
  }

  mean(fact: string, meaning: Meaning): string {
    if (!this.#meanings.has(fact)) this.#meanings.set(fact, meaning);
    return fact;
  }

  claim(kind: ClaimKind, what: string, system: string | null = null): string {
    return this.mean(`claim ${kind} ${what}`, { is: "claim", kind, what, system });
  }

  graph(): ReachGraph {
    return { edges: this.#edges, meanings: this.#meanings };
  }
}

const isSame = (a: Edge, b: Edge): boolean =>
  a.to === b.to &&
  a.kind === b.kind &&
  a.span.start === b.span.start &&
  a.span.file === b.span.file &&
  a.from.length === b.from.length &&
  a.from.every((fact, index) => fact === b.from[index]);

/** The same strings each time: they are looked up more often than there are jobs. */
const factsOf = remembered(({ workflow, id }: Job) => {
  const key = `${workflow.file.path}:${id}`;
  return {
    key,
    control: `control ${key}`,
    code: `code ${key}`,
    forked: `forked ${key}`,
    content: `content ${key}`,
    oidc: `oidc ${key}`,
  };
});

export const keyOf = (job: Job): string => factsOf(job).key;
/** The attacker's code runs in the job, with everything the job holds. */
export const control = (job: Job): string => factsOf(job).control;
/** The job's own file or an action it names is the attacker's, in every run of it. */
export const code = (job: Job): string => factsOf(job).code;
/** Its code runs in the job, but the run holds no secrets and no rights to write. */
export const forked = (job: Job): string => factsOf(job).forked;
/** What the job publishes or deploys is chosen by the attacker, whose code does not run in it. */
export const content = (job: Job): string => factsOf(job).content;
export const right = (job: Job, scope: string, access: string): string =>
  `right ${keyOf(job)} ${scope} ${access}`;
export const oidc = (job: Job): string => factsOf(job).oidc;
export const after = (later: Job, earlier: Job): string => `after ${keyOf(later)} ${earlier.id}`;
export const short = ({ workflow, id }: Job): string => `${workflow.file.path.replace(/^.*\//, "")}:${id}`;
