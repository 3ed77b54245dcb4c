/** A graph while it is made: edges and meanings, each once. */
import type { Span, Job } from "../model.ts";
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
  readonly #edges = new Map<string, Edge>();
  readonly #meanings = new Map<string, Meaning>();

  edge({ certain = true, ...parts }: EdgeParts): void {
    const { kind, from, to, span } = parts;
    const id = `${kind} ${from.join(" & ")} > ${to} @${span.file.path}:${span.start}`;
    if (!this.#edges.has(id)) this.#edges.set(id, { id, certain, ...parts });
  }

  mean(fact: string, meaning: Meaning): string {
    if (!this.#meanings.has(fact)) this.#meanings.set(fact, meaning);
    return fact;
  }

  claim(kind: ClaimKind, what: string, system: string | null = null): string {
    return this.mean(`claim ${kind} ${what}`, { is: "claim", kind, what, system });
  }

  graph(): ReachGraph {
    return { edges: [...this.#edges.values()], meanings: this.#meanings };
  }
}

export const keyOf = ({ workflow, id }: Job): string => `${workflow.file.path}:${id}`;
/** The attacker's code runs in the job, with everything the job holds. */
export const control = (job: Job): string => `control ${keyOf(job)}`;
/** The job's own file or an action it names is the attacker's, in every run of it. */
export const code = (job: Job): string => `code ${keyOf(job)}`;
/** Its code runs in the job, but the run holds no secrets and no rights to write. */
export const forked = (job: Job): string => `forked ${keyOf(job)}`;
/** What the job publishes or deploys is chosen by the attacker, whose code does not run in it. */
export const content = (job: Job): string => `content ${keyOf(job)}`;
export const right = (job: Job, scope: string, access: string): string =>
  `right ${keyOf(job)} ${scope} ${access}`;
export const oidc = (job: Job): string => `oidc ${keyOf(job)}`;
export const after = (later: Job, earlier: Job): string => `after ${keyOf(later)} ${earlier.id}`;
export const short = ({ workflow, id }: Job): string => `${workflow.file.path.replace(/^.*\//, "")}:${id}`;
