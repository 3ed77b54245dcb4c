/** Facts by what they are about, so that ten thousand credentials are joined in one pass. */
import type {
  FindingFacts,
  InventoryFacts,
  PipelineFacts,
  PushFacts,
  ReceiptFacts,
  RightsFacts,
} from "./types.ts";

interface About {
  readonly project: string;
  readonly environment: string;
  readonly secret: string;
}

const keyOf = ({ project, environment, secret }: About): string => `${project}\0${environment}\0${secret}`;

export interface Lookup {
  readonly receipts: (about: About) => readonly ReceiptFacts[];
  readonly findings: (about: About) => readonly FindingFacts[];
  readonly pushes: (about: About) => readonly PushFacts[];
  readonly rights: (about: About) => RightsFacts | null;
  /** Rows whose credential has one of these names, in that environment or in none that is known. */
  readonly pipelines: (names: readonly string[], environment: string) => readonly PipelineFacts[];
}

function grouped<T>(all: readonly T[], key: (one: T) => string): (key: string) => readonly T[] {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const known = groups.get(key(one));
    if (known === undefined) groups.set(key(one), [one]);
    else known.push(one);
  }
  return (wanted) => groups.get(wanted) ?? [];
}

export function lookupOf(facts: InventoryFacts): Lookup {
  const [receipts, findings, pushes, rights] = [
    grouped(facts.receipts, keyOf),
    grouped(facts.findings, keyOf),
    grouped(facts.pushes, keyOf),
    grouped(facts.rights, keyOf),
  ];
  const pipelines = grouped(facts.pipelines, ({ credential }) => credential);
  return {
    receipts: (about) => receipts(keyOf(about)),
    findings: (about) => findings(keyOf(about)),
    pushes: (about) => pushes(keyOf(about)),
    rights: (about) => [...rights(keyOf(about))].sort((a, b) => b.time - a.time)[0] ?? null,
    pipelines: (names, environment) =>
      names
        .flatMap((name) => pipelines(name))
        .filter(({ environments }) => environments.length === 0 || environments.includes(environment)),
  };
}
