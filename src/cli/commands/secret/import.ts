import { isUtf8 } from "node:buffer";
import { readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { BulkheadError, isBulkheadError } from "../../../core/errors.ts";
import { Secret } from "../../../core/secret.ts";
import { KV_MOUNT, secretPath } from "../../../manifest/desired.ts";
import { command, jsonFlag } from "../../command.ts";
import type { Context } from "../../context.ts";
import { type Dotenv, type DotenvEntry, parseDotenv, without } from "../../dotenv.ts";
import { ignore, isIgnored, isTracked, repositoryRoot } from "../../git.ts";
import { type Assignment, planImport } from "../../import-plan.ts";
import { count } from "../../output.ts";
import { environmentOf, requireProject } from "../../project.ts";
import { writeFields } from "../../secrets.ts";

interface Stored {
  readonly secret: string;
  readonly variables: readonly string[];
  /** null: it was refused. */
  readonly version: number | null;
  readonly problem: string | null;
}

export default command({
  details:
    "Each variable goes to the secret whose stage reads it, else to the one declared for its provider; what belongs to none is named and left in the file. With --remove, or when you agree, stored lines are taken out of the file, and the file goes when nothing stays. FILE is added to .gitignore. SOURCE may also be a reference to another secret manager, such as aws-sm://prod/billing, or a place there that ends in a slash: all that is below.",
  flags: {
    env: {
      kind: "text",
      short: "e",
      placeholder: "environment",
      default: "dev",
      brief: "environment to store them in",
    },
    as: { kind: "text", placeholder: "secret", brief: "the declared secret that a reference becomes" },
    remove: { kind: "switch", brief: "take stored lines out of the file" },
    dryRun: { kind: "switch", brief: "show what would be stored, and store nothing" },
    ...jsonFlag,
  },
  args: [{ name: "source", brief: "the file (default: .env), or a reference", optional: true }],
  examples: [
    { line: "bulkhead secret import .env", says: "into dev; asks whether to remove the lines" },
    { line: "bulkhead secret import prod.env --env prod --remove", says: "without asking" },
    {
      line: "bulkhead secret import aws-sm://prod/ --env prod",
      says: "from another manager, all below a place",
    },
  ],
  async run({ flags, args: [file = ".env"], context }) {
    const { manifest } = await requireProject(context);
    const { isReference } = await import("../../../managers/index.ts");
    if (isReference(file)) {
      const { importReferences } = await import("../../import-references.ts");
      const { as, dryRun, json } = flags;
      const environment = environmentOf(manifest, flags.env);
      return await importReferences(context, { text: file, manifest, environment, as, dryRun, json });
    }
    const path = resolve(context.cwd, file);
    const environment = environmentOf(manifest, flags.env).name;
    const dotenv = read(path, file);
    const real = realpathSync(path); // the lines stand there, and a removed link would leave them
    const plan = planImport(manifest, dotenv.entries);
    const groups = Map.groupBy(plan.assigned, ({ secret }) => secret.name);
    const results: Stored[] = [];
    for (const [secret, group] of groups) {
      const variables = group.map(({ entry }) => entry.name);
      const at = { mount: KV_MOUNT, path: secretPath(manifest.project, environment, secret) };
      results.push({ secret, variables, ...(flags.dryRun ? DRY : await store(context, at, group)) });
    }
    const stored = new Set(
      results.filter(({ version }) => version !== null).flatMap(({ variables }) => variables),
    );
    const failed = results.filter(({ problem }) => problem !== null);
    const unknown = plan.left.filter(({ credential }) => credential);
    report(context, flags.json, { environment, dryRun: flags.dryRun, results, left: plan.left, dotenv });
    if (flags.dryRun) return;
    if (stored.size > 0) for (const one of new Set([path, real])) protect(context, one);
    const gone = dotenv.entries.filter(({ name }) => stored.has(name));
    if (gone.length > 0) await clean(context, real, dotenv, gone, flags.remove);
    if (unknown.length > 0)
      context.out.hint(
        "declare the ones that are left under `secrets:` in bulkhead.yaml and import again, or retire them at their providers",
      );
    return failed.length > 0 ? 1 : 0;
  },
});

const DRY = { version: null, problem: null } as const;

function read(path: string, name: string): Dotenv {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? "unknown";
    throw new BulkheadError("io.failed", { action: "read", path: name, reason }, { cause: error });
  }
  // A value read wrongly would be stored wrongly, and its line then removed.
  if (!isUtf8(bytes) || bytes.includes(0)) throw new BulkheadError("cli.not-text", { path: name });
  return parseDotenv(bytes.toString("utf8"));
}

async function store(
  context: Context,
  at: { readonly mount: string; readonly path: string },
  group: readonly Assignment[],
): Promise<Pick<Stored, "version" | "problem">> {
  const fields = new Map(group.map(({ field, entry }) => [field, Secret.copy(entry.value)]));
  try {
    const target = { ...at, label: at.path, declared: null };
    return { version: await writeFields(await context.api(), target, fields), problem: null };
  } catch (error) {
    if (!isBulkheadError(error) || !/^(value|kv|api\.refused|cli)/.test(error.code)) throw error;
    return { version: null, problem: error.message };
  } finally {
    for (const value of fields.values()) value.wipe();
  }
}

interface Summary {
  readonly environment: string;
  readonly dryRun: boolean;
  readonly results: readonly Stored[];
  readonly left: ReturnType<typeof planImport>["left"];
  readonly dotenv: Dotenv;
}

function report(
  { out }: Context,
  json: boolean,
  { environment, dryRun, results, left, dotenv }: Summary,
): void {
  const rest = left.map(({ entry, credential, reason }) => ({ variable: entry.name, credential, reason }));
  if (json) {
    out.json({ environment, stored: results, left: rest, unread_lines: dotenv.unread });
    return;
  }
  const rows = [
    ...results.map(({ secret, variables, version, problem }) => [
      variables.join(", "),
      secret,
      dryRun
        ? "would be stored"
        : problem === null
          ? `stored (version ${version ?? 0})`
          : `refused: ${problem}`,
    ]),
    ...rest.map(({ variable, credential, reason }) => [
      variable,
      "-",
      credential ? `left: ${reason}` : reason,
    ]),
  ];
  if (rows.length > 0) out.table(["variable", "secret", environment], rows);
  else out.note("no variable in this file");
  if (dotenv.unread.length > 0) out.warn(`lines ${dotenv.unread.join(", ")} could not be read`);
}

function protect({ out }: Context, path: string): void {
  const folder = dirname(path);
  const name = basename(path);
  if (repositoryRoot(folder) === null) return;
  if (isTracked(folder, name))
    out.warn(
      `${name} is committed: its values stay in the history, so rotate them; \`git rm --cached ${name}\` takes it out from now on`,
    );
  else if (!isIgnored(folder, name)) {
    ignore(folder, name);
    out.note(`added ${name} to .gitignore`);
  }
}

async function clean(
  context: Context,
  path: string,
  dotenv: Dotenv,
  gone: readonly DotenvEntry[],
  remove: boolean,
): Promise<void> {
  const rest = without(dotenv, gone);
  const what =
    rest === null
      ? `Remove ${basename(path)}?`
      : `Take ${count(gone.length, "stored line")} out of ${basename(path)}?`;
  if (!remove && !(await (await context.input()).confirm(what))) {
    context.out.hint(
      `the values still stand in ${basename(path)}; run again with --remove once your jobs use \`bulkhead run\``,
    );
    return;
  }
  if (rest === null) rmSync(path);
  else {
    const beside = `${path}.${process.pid}.tmp`;
    writeFileSync(beside, rest, { mode: statSync(path).mode & 0o700, flag: "wx" });
    renameSync(beside, path);
  }
  context.out.note(
    rest === null
      ? `removed ${basename(path)}`
      : `took ${count(gone.length, "line")} out of ${basename(path)}`,
  );
}
