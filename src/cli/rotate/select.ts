/** Which secrets in which environments are meant, in the order in which they are rotated: environments without production first. */
import { BulkheadError } from "../../core/errors.ts";
import type { DeclaredSecret, Environment, Manifest } from "../../manifest/index.ts";
import { usedBy } from "../../manifest/desired.ts";
import type { Context } from "../context.ts";
import { findingId } from "../findings.ts";
import { environmentOf, requireProject, unknownName } from "../project.ts";
import { stageOf } from "../stage.ts";
import { AT } from "./shown.ts";

export interface Selection {
  readonly all: boolean;
  readonly due: boolean;
  readonly stage: string | undefined;
  readonly owner: string | undefined;
  readonly provider: string | undefined;
  readonly finding: string | undefined;
  readonly env: string | undefined;
}

export interface Target {
  readonly secret: DeclaredSecret;
  readonly environments: readonly Environment[];
}

export interface Selected {
  readonly manifest: Manifest;
  readonly folder: string;
  readonly targets: readonly Target[];
  /** The finding's whole id; empty without one. */
  readonly finding: string;
}

/** Throws usage errors, and those of names that are not declared. */
export async function select(
  context: Context,
  named: string | undefined,
  wanted: Selection,
): Promise<Selected> {
  const ways = [
    named,
    wanted.all || undefined,
    wanted.due || undefined,
    wanted.stage,
    wanted.owner,
    wanted.provider,
    wanted.finding,
  ];
  if (ways.filter((way) => way !== undefined).length !== 1)
    throw new BulkheadError("usage.invalid", {
      problem:
        "say what to rotate: a secret, or one of --all, --due, --stage, --owner, --provider, --finding",
      command: "rotate",
    });
  const { manifest, folder } = await requireProject(context);
  if (wanted.env !== undefined) environmentOf(manifest, wanted.env);
  const ordered = inOrder(manifest).filter(({ name }) => wanted.env === undefined || name === wanted.env);
  const plain = (secrets: readonly DeclaredSecret[]): Target[] =>
    secrets.map((secret) => ({ secret, environments: ordered }));
  if (wanted.finding !== undefined)
    return { manifest, folder, ...(await ofFinding(context, manifest, wanted.finding)) };
  if (wanted.due)
    return { manifest, folder, finding: "", targets: await dueTargets(context, manifest, ordered) };
  const stored = manifest.secrets.filter(({ from, dynamic }) => from === undefined && dynamic === undefined);
  return { manifest, folder, finding: "", targets: plain(chosen(manifest, stored, named, wanted)) };
}

function chosen(
  manifest: Manifest,
  stored: readonly DeclaredSecret[],
  named: string | undefined,
  { stage, owner, provider }: Selection,
): readonly DeclaredSecret[] {
  if (named !== undefined) {
    const secret = manifest.secrets.find(({ name }) => name === named);
    if (secret === undefined)
      throw unknownName(
        "manifest.unknown-secret",
        named,
        manifest.secrets.map(({ name }) => name),
      );
    return [secret];
  }
  if (stage !== undefined) {
    const used = usedBy(stageOf(manifest, stage));
    return stored.filter(({ name }) => used.includes(name));
  }
  // what mints others comes last: a new one must not be minted by a key that is being replaced
  const minters = new Set(stored.flatMap(({ rotate }) => rotate.with ?? []));
  return stored
    .filter(
      (one) =>
        (owner === undefined || one.owner === owner) && (provider === undefined || one.provider === provider),
    )
    .sort((a, b) => Number(minters.has(a.name)) - Number(minters.has(b.name)));
}

const inOrder = ({ environments }: Manifest): Environment[] =>
  [...environments].sort((a, b) => Number(a.production) - Number(b.production));

async function ofFinding(context: Context, manifest: Manifest, given: string) {
  const { client } = await context.api();
  const id = await findingId(context, given);
  const found = await client.read(`bulkhead/findings/entries/${id}`);
  const stored = found?.stored as
    | { project?: string; environment?: string; secret?: string }
    | null
    | undefined;
  const secret = manifest.secrets.find(({ name }) => name === stored?.secret);
  if (stored?.project !== manifest.project || secret === undefined)
    throw new BulkheadError("rotation.not-declared", {
      secret: stored?.secret ?? "what the finding shows",
      project: manifest.project,
      environment: stored?.environment ?? "any environment",
    });
  return {
    finding: id,
    targets: [{ secret, environments: [environmentOf(manifest, stored.environment ?? "")] }],
  };
}

async function dueTargets(
  context: Context,
  manifest: Manifest,
  ordered: readonly Environment[],
): Promise<Target[]> {
  const { client } = await context.api();
  const data = await client.read(`${AT}/due`, { within: "0s" });
  const due = (data?.due ?? []) as unknown as readonly {
    project: string;
    environment: string;
    secret: string;
  }[];
  return manifest.secrets.flatMap((secret) => {
    const environments = ordered.filter(({ name }) =>
      due.some(
        (one) => one.project === manifest.project && one.secret === secret.name && one.environment === name,
      ),
    );
    return environments.length === 0 ? [] : [{ secret, environments }];
  });
}
