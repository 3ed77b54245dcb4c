/**
 * What a repository tells about its pipeline: steps, the variables each step reads, the credentials behind them. Reads
 * `.env` files, code, notebooks, workflows, package lists, Dockerfiles and pipeline files; keeps names, never a credential's value.
 */
import { basename, resolve } from "node:path";
import { reservedVariable } from "../../core/reserved-variables.ts";
import { fieldsOf, providerById } from "../../providers/lookup.ts";
import { asName } from "../check.ts";
import { type FoundSecret, groupCredentials } from "./credentials.ts";
import { isEnvFile, readEnvFiles } from "./env-file.ts";
import { isKnown, readFacts } from "./readers.ts";
import { type KnownFile, findStages, importedProvider } from "./stages.ts";
import { type SourceFile, walk } from "./walk.ts";

export interface DiscoveredStage {
  readonly name: string;
  readonly run: string;
  readonly script: string;
  /** Credential variables that it (or a local file it imports) reads, sorted. */
  readonly secrets: readonly string[];
  /** Other variables that it reads and a `.env` file sets; null where the value may be a secret. */
  readonly plain: ReadonlyMap<string, string | null>;
}

export interface DiscoveredSecret extends FoundSecret {
  /** Files that name one of its variables, sorted. */
  readonly places: readonly string[];
  /** Stages that read one of its variables, in order. */
  readonly stages: readonly string[];
}

export interface Discovery {
  readonly project: string;
  readonly stages: readonly DiscoveredStage[];
  /** Used ones in order of the stages, then the others by name. */
  readonly secrets: readonly DiscoveredSecret[];
  /** Providers whose packages are asked for, but of which no credential was seen. */
  readonly implied: readonly string[];
}

/** `root` is the repository's folder. Never throws for what it finds there. */
export async function discover(root: string): Promise<Discovery> {
  const sources = await walk(root, (path) => isKnown(path) || isEnvFile(path));
  const env = readEnvFiles(sources.filter(({ path }) => isEnvFile(path)));
  const files = sources.filter(({ path }) => !isEnvFile(path)).flatMap(factsOf);
  const found = findStages(files);
  const byPath = new Map(files.map((file) => [file.path, file]));
  const envNames = new Set(env.map(({ name }) => name));

  const reads = new Map(found.map(({ name, files: own }) => [name, readBy(own, byPath, envNames)]));
  const elsewhere = files.filter(({ sort }) =>
    ["workflow", "notebook", "docker", "python", "javascript"].includes(sort),
  );
  const names = [
    ...new Set([
      ...[...reads.values()].flat(),
      ...env.map(({ name }) => name),
      ...elsewhere.flatMap(({ variables }) => variables),
    ]),
  ].filter((name) => reservedVariable(name) === null);
  const groups = groupCredentials(names, env);
  const credential = new Set(groups.flatMap(({ variables }) => [...variables.keys()]));

  const stages = found.map(({ name, run, script, files: own }): DiscoveredStage => {
    const seen = new Set(reads.get(name) ?? []);
    for (const variable of importedClients(own, byPath, groups)) seen.add(variable);
    const mine = [...seen].filter((variable) => reservedVariable(variable) === null).sort();
    return {
      name,
      run,
      script,
      secrets: mine.filter((variable) => credential.has(variable)),
      plain: new Map(
        mine
          .filter((variable) => !credential.has(variable) && envNames.has(variable))
          .map((variable) => [
            variable,
            env.find((one) => one.name === variable && one.plain !== null)?.plain ?? null,
          ]),
      ),
    };
  });
  return {
    project: projectName(root, sources),
    stages,
    secrets: ordered(groups.map((group) => withPlaces(group, { stages, files, env }))),
    implied: impliedProviders(files, groups),
  };
}

const factsOf = (file: SourceFile): KnownFile[] => {
  const facts = readFacts(file);
  return facts === null ? [] : [{ ...facts, path: file.path, text: file.text }];
};

/** Shell scripts name their own variables too: there only those count that a `.env` file sets. */
function readBy(
  own: readonly string[],
  byPath: ReadonlyMap<string, KnownFile>,
  envNames: ReadonlySet<string>,
): readonly string[] {
  return own.flatMap((path) => {
    const file = byPath.get(path);
    return (file?.variables ?? []).filter((name) => file?.sort !== "shell" || envNames.has(name));
  });
}

/** A vendor's client reads its variable without the script naming it: `OpenAI()`. */
function importedClients(
  own: readonly string[],
  byPath: ReadonlyMap<string, KnownFile>,
  groups: readonly FoundSecret[],
): readonly string[] {
  const providers = new Set(
    own.flatMap((path) => (byPath.get(path)?.packages ?? []).map((name) => importedProvider(name)?.id ?? "")),
  );
  return groups.flatMap(({ provider, variables }) => {
    if (provider === null || !providers.has(provider)) return [];
    const usual = providerById(provider)?.variables ?? {};
    return [...variables.keys()].filter((variable) => Object.hasOwn(usual, variable));
  });
}

function withPlaces(
  group: FoundSecret,
  from: {
    readonly stages: readonly DiscoveredStage[];
    readonly files: readonly KnownFile[];
    readonly env: readonly { readonly name: string; readonly path: string }[];
  },
): DiscoveredSecret {
  const places = [
    ...from.env.filter(({ name }) => group.variables.has(name)).map(({ path }) => path),
    ...from.files
      .filter((file) => file.variables.some((name) => group.variables.has(name)))
      .map(({ path }) => path),
  ];
  const stages = from.stages.filter(({ secrets }) => secrets.some((name) => group.variables.has(name)));
  return { ...group, places: [...new Set(places)].sort(), stages: stages.map(({ name }) => name) };
}

const ordered = (secrets: readonly DiscoveredSecret[]): readonly DiscoveredSecret[] => [
  ...secrets.filter(({ stages }) => stages.length > 0),
  ...secrets.filter(({ stages }) => stages.length === 0).sort((a, b) => (a.name < b.name ? -1 : 1)),
];

function impliedProviders(files: readonly KnownFile[], groups: readonly FoundSecret[]): readonly string[] {
  const seen = new Set(groups.map(({ provider }) => provider));
  const asked = files.flatMap(({ packages }) => packages.flatMap((name) => importedProvider(name) ?? []));
  const missing = asked.filter(
    (provider) => !seen.has(provider.id) && fieldsOf(provider).some(({ secret }) => secret),
  );
  return [...new Set(missing.map(({ id }) => id))].sort();
}

function projectName(root: string, sources: readonly SourceFile[]): string {
  const toml = sources.find(({ path }) => path === "pyproject.toml")?.text ?? "";
  const named = /^\[(?:project|tool\.poetry)\][^[]*?^name\s*=\s*["']([^"'\n]{1,100})["']/ms.exec(toml)?.[1];
  return [named ?? "", basename(resolve(root))].map(asName).find((name) => name !== "") ?? "pipeline";
}
