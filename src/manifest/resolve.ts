/** Checked cells → `Manifest`: defaults from the catalogue of providers, and what the entries mean together. */
import { nearest } from "../core/errors.ts";
import { entriesOf, childOf, flagOf, intOf, some, textOf, textsOf } from "./cells.ts";
import type { Cell } from "./check.ts";
import type { Problems } from "./problems.ts";
import { shown } from "./problems.ts";
import { SecretTable } from "./resolve-secrets.ts";
import { resolveStages } from "./resolve-stages.ts";
import type { At, Environment, Identity, Manifest, Stage } from "./types.ts";

const START: At = { line: 1, column: 1 };

export function resolve(root: Cell, file: string, problems: Problems): Manifest {
  const owner = textOf(root, "owner");
  const environments = resolveEnvironments(root, problems);
  const secrets = new SecretTable(childOf(root, "secrets"), owner, problems);
  const stages = resolveStages(childOf(root, "stages"), secrets, problems);
  secrets.finish();
  return {
    file,
    project: textOf(root, "project") ?? "",
    ...some("owner", owner),
    environments,
    secrets: secrets.all(),
    stages,
    identities: resolveIdentities(root, stages, environments, problems),
  };
}

function resolveEnvironments(root: Cell, problems: Problems): readonly Environment[] {
  const cell = childOf(root, "environments");
  const at = entriesOf(root).get("environments")?.keyAt ?? START;
  if (!entriesOf(root).has("environments"))
    return [
      { name: "dev", people: true, production: false, approve: 0, at },
      { name: "staging", people: false, production: false, approve: 0, at },
      { name: "prod", people: false, production: true, approve: 0, at },
    ];
  return [...entriesOf(cell)].map(([name, { keyAt, cell: one }]) => {
    const production = flagOf(one, "production");
    for (const key of ["approve", "window"])
      if (entriesOf(one).has(key) && !production)
        problems.add(entriesOf(one).get(key)?.keyAt ?? keyAt, "manifest.bad-value", {
          where: `environments.${name}.${key}`,
          problem: "it applies to production environments only",
          help: "add `production: true`, or leave it out",
        });
    return {
      name,
      people: flagOf(one, "people"),
      production,
      approve: intOf(one, "approve") ?? 0,
      ...some("window", textOf(one, "window")),
      at: keyAt,
    };
  });
}

function resolveIdentities(
  root: Cell,
  stages: readonly Stage[],
  environments: readonly Environment[],
  problems: Problems,
): readonly Identity[] {
  const stageNames = stages.map(({ name }) => name);
  const environmentNames = environments.map(({ name }) => name);
  const out: Identity[] = [];
  for (const [stage, { keyAt, cell }] of entriesOf(childOf(root, "identities"))) {
    if (!stageNames.includes(stage)) unknown(problems, keyAt, "manifest.unknown-stage", stage, stageNames);
    for (const [environment, { keyAt: at, cell: methods }] of entriesOf(cell)) {
      if (!environmentNames.includes(environment))
        unknown(problems, at, "manifest.unknown-environment", environment, environmentNames);
      for (const [method, { keyAt: place, cell: claims }] of entriesOf(methods))
        out.push({
          stage,
          environment,
          method,
          claims: Object.fromEntries(
            [...entriesOf(claims)].map(([claim, entry]) => [claim, textsOf(entry.cell)]),
          ),
          places: Object.fromEntries([...entriesOf(claims)].map(([claim, entry]) => [claim, entry.keyAt])),
          at: place,
        });
    }
  }
  return out;
}

function unknown(
  problems: Problems,
  at: At,
  code: "manifest.unknown-stage" | "manifest.unknown-environment",
  name: string,
  known: readonly string[],
): void {
  const near = nearest(name, known);
  problems.add(
    at,
    code,
    { name: shown(name), known },
    near === null ? undefined : `did you mean \`${near}\`?`,
  );
}
