/**
 * `bulkhead check`: one look at any folder, with no configuration. What leaked, which `.env` habits there are, what a hostile
 * import could read here, which secrets the workflows name, and one next step. Names and places only, never a value.
 */
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { FoundSecret, Severity } from "../core/finding.ts";
import type { Detector } from "../detect/types.ts";
import { credentialVariables } from "../detect/variables.ts";
import { providerById } from "../providers/lookup.ts";
import { createAllowance, listsIn } from "./allow/index.ts";
import { dockerIgnores } from "./docker-ignore.ts";
import { ENV_GLOBS, isEnvFile } from "./env-files.ts";
import { publishedBy } from "./published/index.ts";
import { everAdded, ignored, isWorkTree, tracked } from "./git.ts";
import { homeFiles, type HomeFile } from "./home-files.ts";
import { rankOf } from "./group.ts";
import type { Identifier } from "./identify.ts";
import { settle } from "./session.ts";
import { scanTree, type ScanSummary } from "./tree.ts";
import { type PipelineFinding, type PipelineLook, type WorkflowSecret } from "./workflow-secrets.ts";

export interface CheckOptions {
  readonly root: string;
  readonly home: string;
  /** The environment to judge; its values are matched, never kept. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly detector: Detector;
  readonly identifier?: Identifier;
  /** What the pipelines below a folder (absolute) name and leave open; nothing is said of them when left out. */
  readonly pipelines?: (root: string) => PipelineLook;
  readonly maxFileSize?: number;
  readonly onProgress?: (summary: ScanSummary) => void;
}

export interface EnvFile {
  readonly path: string;
  /** False for a file that is only in the history. */
  readonly present: boolean;
  /** Null outside a git repository. */
  readonly ignored: boolean | null;
  /** In the index now, or added by an earlier commit; null outside a git repository. */
  readonly committed: "now" | "before" | "never" | null;
  /** Kept out of image builds; null where nothing builds an image. */
  readonly dockerIgnored: boolean | null;
  /** What would carry it to everybody: `the npm package`, `the Python sdist`. */
  readonly publishedBy: readonly string[];
}

export interface ExposedVariable {
  readonly name: string;
  /** Title of the provider it belongs to. */
  readonly provider?: string;
}

export interface CheckResult {
  readonly root: string;
  readonly git: boolean;
  readonly leaks: readonly FoundSecret[];
  /** Secrets that comments or lists of the folder allow. */
  readonly allowed: readonly FoundSecret[];
  readonly scanned: ScanSummary;
  readonly envFiles: readonly EnvFile[];
  /** What `print(os.environ)` would show here. */
  readonly environment: readonly ExposedVariable[];
  readonly home: readonly HomeFile[];
  readonly workflows: readonly WorkflowSecret[];
  readonly pipelines: readonly PipelineFinding[];
  readonly next: NextStep;
}

export interface NextStep {
  readonly text: string;
  readonly command?: string;
}

export async function check(options: CheckOptions): Promise<CheckResult> {
  const { root, home, env, detector, onProgress, identifier, pipelines, ...rest } = options;
  const scan = scanTree({ root, detector, ...rest, ...(onProgress === undefined ? {} : { onProgress }) });
  const today = new Date().toISOString().slice(0, 10);
  const allowance = createAllowance({ cwd: root, lists: listsIn([root], root), inline: true, today });
  const settled = await settle(scan, { allowance, ...(identifier && { identifier }) });
  const repository = await isWorkTree(root);
  const look = pipelines?.(root) ?? { secrets: [], findings: [] };
  const partial = {
    root,
    git: repository,
    leaks: settled.secrets.filter(({ severity }) => severity !== "info"),
    allowed: settled.allowed,
    scanned: scan.summary,
    envFiles: await envHabits(root, scan.summary.envFiles, repository),
    environment: exposedVariables(env, detector),
    home: await homeFiles(home),
    workflows: look.secrets,
    pipelines: look.findings,
  };
  return { ...partial, next: nextStep(partial) };
}

const isSerious = (severity: Severity): boolean => rankOf(severity) <= rankOf("medium");

async function envHabits(root: string, present: readonly string[], repository: boolean): Promise<EnvFile[]> {
  const history = repository ? [...(await everAdded(root, ENV_GLOBS))].filter(isEnvFile) : [];
  const paths = [...new Set([...present, ...history])].sort();
  if (paths.length === 0) return [];
  const isIgnored = repository ? await ignored(root, paths) : null;
  const inIndex = repository ? await tracked(root, paths) : null;
  const docker = await dockerIgnoreOf(root);
  const published = await publishedBy(root, present);
  return paths.map((path) => ({
    path,
    present: present.includes(path),
    ignored: isIgnored === null ? null : isIgnored.has(path),
    committed:
      inIndex === null ? null : inIndex.has(path) ? "now" : history.includes(path) ? "before" : "never",
    dockerIgnored: docker === null ? null : dockerIgnores(docker, path),
    publishedBy: published.get(path) ?? [],
  }));
}

/** The text of `.dockerignore`, empty when there is none, null when the folder builds no image. */
async function dockerIgnoreOf(root: string): Promise<string | null> {
  const names = await readdir(root).catch(() => [] as string[]);
  if (!names.some((name) => /^(?:(?:.+\.)?dockerfile(?:\..+)?|containerfile)$/i.test(name))) return null;
  return readFile(join(root, ".dockerignore"), "utf8").catch(() => "");
}

/** By name, or because the value has the shape of a credential under a name that does not tell. Sorted; no values. */
export const exposedVariables = (
  env: Readonly<Record<string, string | undefined>>,
  detector: Detector,
): ExposedVariable[] =>
  credentialVariables(env, detector).map(({ name, provider }) => ({
    name,
    ...(provider === null ? {} : { provider: provider.title }),
  }));

/** The one thing to do first: what is open to others comes before what is open to programs here. */
function nextStep({ leaks, envFiles, environment, home, pipelines }: Omit<CheckResult, "next">): NextStep {
  const committed = envFiles.find(({ committed: when }) => when === "now");
  const worst =
    leaks.find(({ places }) => places.some(({ path }) => !isEnvFile(path))) ??
    (committed === undefined ? undefined : leaks[0]);
  const place = worst?.places.find(({ path }) => !isEnvFile(path)) ?? worst?.places[0];
  if (worst !== undefined && place !== undefined && isSerious(worst.severity)) {
    const page = worst.provider === undefined ? undefined : providerById(worst.provider)?.rotate.page;
    const where = `${place.path}:${place.line}`;
    return {
      text: `replace the ${worst.title} in ${where}${page === undefined ? "" : ` (${page})`}: removing it from the file does not make it secret again`,
      command: "bulkhead scan",
    };
  }
  if (committed !== undefined)
    return {
      text: `${committed.path} is committed: take it out of git, then replace what it holds`,
      command: `git rm --cached ${quote(committed.path)}`,
    };
  const shipped = envFiles.find(({ publishedBy: by }) => by.length > 0);
  if (shipped !== undefined)
    return {
      text: `${shipped.path} would be published in ${shipped.publishedBy.join(" and ")}: leave it out there`,
    };
  const open = envFiles.find((file) => file.present && file.ignored === false);
  if (open !== undefined)
    return {
      text: `${open.path} would be committed by the next \`git add .\``,
      command: `echo ${quote(open.path)} >> .gitignore`,
    };
  const [gravest] = pipelines;
  if (gravest !== undefined && rankOf(gravest.severity) <= rankOf("high"))
    return { text: `look at ${gravest.file}:${gravest.line}: ${gravest.message}`, command: "bulkhead ci" };
  if (environment.length > 0 || home.length > 0 || envFiles.length > 0)
    return {
      text: "declare which stage needs which credential, so that the others cannot read it",
      command: "bulkhead init",
    };
  return {
    text: "nothing leaks here: declare the pipeline before its first key arrives",
    command: "bulkhead init",
  };
}

const quote = (path: string): string =>
  /^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replace(/'/g, "'\\''")}'`;
