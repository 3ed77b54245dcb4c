/**
 * Import from another secret manager: one reference, or all below a place that ends in `/`. What is found goes to the declared secret
 * of its name, else to the one whose stage reads a variable of that name, else to the one of its provider.
 */
import { BulkheadError, isBulkheadError } from "../core/errors.ts";
import { Secret } from "../core/secret.ts";
import {
  type Reference,
  type Resolved,
  listReferences,
  parseReference,
  resolveReference,
} from "../managers/index.ts";
import { KV_MOUNT, secretPath } from "../manifest/desired.ts";
import type { DeclaredSecret, Environment, Manifest } from "../manifest/index.ts";
import type { Context } from "./context.ts";
import { planImport } from "./import-plan.ts";
import { count } from "./output.ts";
import { unknownName } from "./project.ts";
import { writeFields } from "./secrets.ts";

export interface ReferenceImport {
  /** The reference, with `/` at its end for all that is below. */
  readonly text: string;
  readonly manifest: Manifest;
  readonly environment: Environment;
  /** The secret that it is to become; for one reference only. */
  readonly as: string | undefined;
  readonly dryRun: boolean;
  readonly json: boolean;
}

interface Row {
  readonly reference: string;
  readonly secret: string | null;
  readonly fields: readonly string[];
  readonly version: number | null;
  readonly problem: string | null;
}

/** Gives the exit code: 1 when something was refused or could not be read. */
export async function importReferences(context: Context, options: ReferenceImport): Promise<number> {
  const { text, as, dryRun, json } = options;
  const resolving = { env: context.env, cwd: context.cwd };
  const whole = text.endsWith("/");
  if (whole && as !== undefined)
    throw new BulkheadError("usage.invalid", {
      problem: "--as names one secret, and the reference many",
      command: "secret import",
    });
  const first = parseReference(text);
  const found = whole ? await listReferences(first, resolving) : [{ name: nameOf(first), reference: text }];
  if (found.length > 1) context.out.note(`reading ${count(found.length, "value")}`);
  const rows: Row[] = [];
  for (const { name, reference } of found) {
    rows.push(await importOne(context, options, name, parseReference(reference)));
  }
  if (json) context.out.json({ environment: options.environment.name, dry_run: dryRun, imported: rows });
  else show(context, rows, options);
  return rows.some(({ problem, secret }) => problem !== null && secret !== null) ? 1 : 0;
}

const nameOf = ({ place, field }: Reference): string =>
  field ?? place.replace(/\?.*$/s, "").split(/[/:]/).at(-1) ?? place;

async function importOne(
  context: Context,
  { manifest, environment, as, dryRun }: ReferenceImport,
  name: string,
  reference: Reference,
): Promise<Row> {
  const row = { reference: reference.text, secret: null, fields: [], version: null, problem: null };
  let resolved: Resolved;
  try {
    resolved = await resolveReference(reference, { env: context.env, cwd: context.cwd });
  } catch (error) {
    if (!isBulkheadError(error) || as !== undefined) throw error;
    return { ...row, problem: error.message };
  }
  try {
    const target = targetOf(manifest, name, as);
    if ("problem" in target) return { ...row, problem: target.problem };
    const fields = fieldsFor(resolved, target.field);
    const secret = target.secret.name;
    const known = { ...row, secret, fields: [...fields.keys()] };
    if (dryRun) return known;
    const place = secretPath(manifest.project, environment.name, secret);
    const api = await context.api();
    const version = await writeFields(
      api,
      { mount: KV_MOUNT, path: place, label: place, declared: null },
      fields,
    );
    return { ...known, version };
  } catch (error) {
    if (!isBulkheadError(error) || !/^(value|kv|api\.refused|cli)/.test(error.code)) throw error;
    return { ...row, secret: name, problem: error.message };
  } finally {
    for (const value of resolved.fields.values()) value.wipe();
  }
}

type Target = { readonly secret: DeclaredSecret; readonly field: string } | { readonly problem: string };

const plainName = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

function targetOf(manifest: Manifest, name: string, as: string | undefined): Target {
  const wanted = as ?? name;
  const named = manifest.secrets.filter((one) =>
    as === undefined ? plainName(one.name) === plainName(wanted) : one.name === as,
  );
  const [secret] = named;
  if (secret !== undefined && named.length === 1) return { secret, field: "value" };
  if (as !== undefined)
    throw unknownName(
      "manifest.unknown-secret",
      as,
      manifest.secrets.map((one) => one.name),
    );
  const { assigned, left } = planImport(manifest, [{ name, value: "-", firstLine: 0, lastLine: 0 }]);
  const [found] = assigned;
  return found ?? { problem: left[0]?.reason ?? "no secret is declared for it" };
}

/** A document of several fields keeps them; a single value goes to the field that the declaration wants. */
function fieldsFor({ fields, structured }: Resolved, field: string): Map<string, Secret> {
  const own = [...fields].filter(([name]) => structured && name !== "value");
  if (own.length > 0 && field === "value") return new Map(own);
  const [[, value] = ["", Secret.copy("")]] = fields;
  return new Map([[field, fields.get("value") ?? value]]);
}

function show({ out }: Context, rows: readonly Row[], { environment, dryRun }: ReferenceImport): void {
  if (rows.length === 0) {
    out.note("nothing stands there");
    return;
  }
  const result = ({ version, problem, secret }: Row): string =>
    problem !== null
      ? `${secret === null ? "left" : "refused"}: ${problem}`
      : dryRun
        ? "would be stored"
        : `stored (version ${version ?? 0})`;
  out.table(
    ["reference", "secret", environment.name],
    rows.map((row) => [row.reference, row.secret ?? "-", result(row)]),
  );
  const left = rows.filter(({ secret }) => secret === null).length;
  if (left > 0)
    out.hint(
      `${count(left, "value")} left: declare them under \`secrets:\` in bulkhead.yaml, or name the secret with --as`,
    );
}
