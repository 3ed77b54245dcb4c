/**
 * What falls with a credential, a stage, a run or a workflow, as a graph in columns: what was taken → credentials → what they open and
 * who else stands on them → where copies stand. Every edge is a fact of the inventory; what is not known is not drawn.
 */
import { kinds } from "../core/kinds.ts";
import { providerById } from "../providers/lookup.ts";
import type { Graph } from "../report/parts/graph.ts";
import type { Credential, InventoryFacts, PipelineFacts } from "./types.ts";

export type BlastTarget =
  | { readonly is: "secret"; readonly name: string }
  | { readonly is: "stage"; readonly project: string; readonly stage: string }
  | {
      readonly is: "run";
      readonly run: string;
      readonly project: string;
      readonly stage: string;
      readonly environment: string;
    }
  | { readonly is: "workflow"; readonly name: string; readonly rows: readonly PipelineFacts[] };

export interface Fallen {
  readonly credential: string;
  readonly kind: string;
  readonly owner: string | null;
  /** What its compromise enables. */
  readonly enables: string;
  readonly systems: readonly string[];
  /** `project/stage in environment` that stand on the same value. */
  readonly stages: readonly string[];
  /** Jobs of CI systems that hold it. */
  readonly pipelines: readonly string[];
  /** Places to which it was pushed. */
  readonly pushes: readonly string[];
  /** Places where scans saw it. */
  readonly copies: readonly string[];
  readonly consumers: readonly string[];
  /** Living leases that end with it. */
  readonly leases: number | null;
  /** Other secrets that this one mints. */
  readonly mints: readonly string[];
}

export interface Blast {
  readonly target: string;
  readonly fallen: readonly Fallen[];
  /** Of a workflow: what it holds that no credential here is. */
  readonly others: readonly string[];
  /** All systems, stages, pipelines, owners that are touched, each once. */
  readonly systems: readonly string[];
  readonly stages: readonly string[];
  readonly owners: readonly string[];
}

export interface BlastOptions {
  readonly facts: InventoryFacts;
  readonly credentials: readonly Credential[];
  /** Only these; every environment when left out. */
  readonly environment?: string | undefined;
}

export function blastOf(target: BlastTarget, { facts, credentials, environment }: BlastOptions): Blast {
  const here = credentials.filter(
    (one) => environment === undefined || one.environment === null || one.environment === environment,
  );
  const namesOf = nameIndex(facts);
  const taken = new Set(here.filter((one) => holds(target, one, namesOf)));
  // What mints a credential opens it too, however long the chain.
  for (let grown = true; grown; ) {
    grown = false;
    for (const one of [...taken])
      for (const other of mintedBy(one, here, facts))
        if (!taken.has(other)) {
          taken.add(other);
          grown = true;
        }
  }
  const fallen = [...taken].map((one) => fallenOf(one, here, facts));
  const known = new Set([...taken].flatMap(namesOf));
  const others =
    target.is === "workflow"
      ? unique(
          target.rows
            .filter(({ kind, credential }) => kind !== "none" && !known.has(credential))
            .map(described),
        )
      : [];
  return {
    target: titleOf(target),
    fallen,
    others,
    systems: unique([
      ...fallen.flatMap(({ systems }) => systems),
      ...(target.is === "workflow" ? target.rows.flatMap(({ systems }) => systems) : []),
    ]),
    stages: unique(fallen.flatMap(({ stages }) => stages)),
    owners: unique(fallen.flatMap(({ owner }) => owner ?? [])),
  };
}

const unique = (texts: readonly string[]): string[] => [...new Set(texts)].sort();
const described = ({ credential, job, systems }: PipelineFacts): string =>
  `${credential} (${job}${systems.length === 0 ? "" : `: ${systems.join(", ")}`})`;

function titleOf(target: BlastTarget): string {
  switch (target.is) {
    case "secret":
      return `secret ${target.name}`;
    case "stage":
      return `stage ${target.project}/${target.stage}`;
    case "run":
      return `run ${target.run} (${target.project}/${target.stage} in ${target.environment})`;
    case "workflow":
      return `workflow ${target.name}`;
  }
}

function holds(target: BlastTarget, one: Credential, namesOf: NamesOf): boolean {
  if (target.is === "secret") return [one.id, one.name, one.path].includes(target.name);
  if (target.is === "workflow") {
    const names = namesOf(one);
    return target.rows.some(
      ({ credential, environments }) =>
        names.includes(credential) &&
        (environments.length === 0 || environments.includes(one.environment ?? "")),
    );
  }
  if (one.project !== target.project || !one.stages.includes(target.stage)) return false;
  return target.is === "stage" || one.environment === target.environment;
}

/** Under which names jobs elsewhere hold a credential: the variables of stages, and what it was pushed as. */
type NamesOf = (one: Credential) => readonly string[];

function nameIndex({ projects, pushes }: InventoryFacts): NamesOf {
  const names = new Map<string, Set<string>>();
  const add = (key: string, name: string): void => {
    const known = names.get(key);
    if (known === undefined) names.set(key, new Set([name]));
    else known.add(name);
  };
  for (const { name: project, stages, environments } of projects)
    for (const { variables } of stages)
      for (const { variable, secret } of variables)
        for (const { name } of environments) add(`${project}/${name}/${secret}`, variable);
  for (const { project, environment, secret, name } of pushes)
    add(`${project}/${environment}/${secret}`, name);
  return ({ id }) => [...(names.get(id) ?? [])];
}

function mintedBy(one: Credential, all: readonly Credential[], { projects }: InventoryFacts): Credential[] {
  const secrets = projects.find(({ name }) => name === one.project)?.secrets ?? [];
  const minted = new Set(secrets.filter(({ with: by }) => by.includes(one.name)).map(({ name }) => name));
  if (minted.size === 0) return [];
  return all.filter(
    (other) =>
      other.project === one.project && other.environment === one.environment && minted.has(other.name),
  );
}

function fallenOf(one: Credential, all: readonly Credential[], facts: InventoryFacts): Fallen {
  const { project, environment, stages, elsewhere, consumers } = one;
  const places = (what: string): string[] =>
    elsewhere.filter((copy) => copy.what === what).map(({ place }) => place);
  return {
    credential: one.id,
    kind: one.kind,
    owner: one.owner,
    enables: kinds[one.kind].enables,
    systems: systemsOf(one),
    stages: stages.map((stage) => `${project}/${stage} in ${environment}`),
    pipelines: places("pipeline"),
    pushes: places("push"),
    copies: [...places("finding"), ...places("reference")],
    consumers: consumers.map(({ who }) => who),
    leases: one.leases,
    mints: mintedBy(one, all, facts).map(({ id }) => id),
  };
}

function systemsOf({ provider, kind, storage, path }: Credential): string[] {
  const known = provider === null ? undefined : providerById(provider);
  if (known !== undefined) return [known.title];
  if (storage === "dynamic") return [path.split("/")[0] ?? path];
  return kind === "generic" ? [] : [kinds[kind].title];
}

/** Four columns: taken, credentials, what stands on them and what they open, copies. */
export function blastGraph({ target, fallen, others }: Blast): Graph {
  const nodes = new Map<string, Graph["nodes"][number]>();
  const edges = new Map<string, Graph["edges"][number]>();
  const node = (id: string, text: string, column: number): string => {
    if (!nodes.has(id)) nodes.set(id, { id, text, column });
    return id;
  };
  const join = (from: string, to: string, text: string): void =>
    void edges.set(`${from}\0${to}`, { from, to, text });
  const root = node("target", target, 0);
  for (const one of fallen) {
    const credential = node(`c ${one.credential}`, one.credential, 1);
    join(root, credential, one.enables);
    for (const system of one.systems) join(credential, node(`s ${system}`, system, 2), one.enables);
    for (const stage of one.stages) join(credential, node(`t ${stage}`, stage, 2), "holds it");
    for (const job of one.pipelines) join(credential, node(`p ${job}`, job, 2), "holds it");
    for (const minted of one.mints) join(credential, node(`c ${minted}`, minted, 1), "mints it");
    for (const place of one.pushes) join(credential, node(`u ${place}`, place, 3), "was pushed there");
    for (const place of one.copies) join(credential, node(`f ${place}`, place, 3), "stands there");
  }
  for (const other of others) join(root, node(`o ${other}`, other, 1), "holds it");
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
}
