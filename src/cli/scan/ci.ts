/** `--ci`: from a CI system's variables to the commits that the change brings. */
import { git } from "../../scan/git.ts";
import { type Change, type CiSystem, ciSystems } from "./ci-systems.ts";
import { commitOf } from "./repository.ts";

export interface CiChoice {
  readonly system: CiSystem | null;
  /** Words of a range; null: the tree is scanned instead. */
  readonly revisions: readonly string[] | null;
  /** What was chosen and why. */
  readonly says: string;
  /** Why the range cannot be scanned: the scan is incomplete. */
  readonly missing?: string;
}

const isZero = (id: string): boolean => /^0+$/.test(id);
const short = (id: string): string => id.slice(0, 10);

export async function ciChoice(
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<CiChoice> {
  const system = ciSystems.find((one) => one.is(env)) ?? null;
  const tree = (why: string): CiChoice => ({ system, revisions: null, says: `the whole tree: ${why}` });
  if (system === null) return tree("no CI system is known by its variables here");
  const change = system.change(env);
  if (change === null) return tree(`${system.title} says of no change that this job is for`);
  const head = await commitOf(root, change.head);
  if (head === null) return missing(system, `commit ${short(change.head)} of ${change.what}`);
  if (change.base && !isZero(change.base)) {
    const base = await baseOf(root, change.base);
    if (base !== null)
      return {
        system,
        revisions: [head, `^${base}`],
        says: `commits ${short(base)}..${short(head)} of ${change.what} (${system.title})`,
      };
    if (await isShallow(root)) return missing(system, `${short(change.base)}, where ${change.what} begins,`);
  }
  return (
    (await fromTrunk({ root, system, change, head })) ?? tree(`where ${change.what} begins is not known`)
  );
}

const missing = (system: CiSystem, what: string): CiChoice => ({
  system,
  revisions: null,
  says: `nothing: ${what} is not in this clone`,
  missing: `${what} is not in this clone: ${system.deepen}`,
});

/** An id, or a branch of the remote. */
async function baseOf(root: string, base: string): Promise<string | null> {
  if (/^[0-9a-f]{12,64}$/.test(base)) return await commitOf(root, base);
  return (
    (await commitOf(root, `refs/remotes/origin/${base}`)) ?? (await commitOf(root, `refs/heads/${base}`))
  );
}

interface From {
  readonly root: string;
  readonly system: CiSystem;
  readonly change: Change;
  readonly head: string;
}

/** A new branch, or one whose former end is gone: what the default branch does not have. */
async function fromTrunk({ root, system, change, head }: From): Promise<CiChoice | null> {
  const named = change.trunk === undefined ? null : `refs/remotes/origin/${change.trunk}`;
  const ref = named ?? (await git(root, ["symbolic-ref", "refs/remotes/origin/HEAD"]))?.trim();
  if (!ref) return null;
  const trunk = ref.replace(/^refs\/remotes\/origin\//, "");
  if (trunk === change.branch) return null;
  const base = await commitOf(root, ref);
  if (base === null) return (await isShallow(root)) ? missing(system, `the branch ${trunk}`) : null;
  return {
    system,
    revisions: [head, `^${base}`],
    says: `commits of ${change.what} that ${trunk} does not have (${system.title})`,
  };
}

const isShallow = async (root: string): Promise<boolean> =>
  (await git(root, ["rev-parse", "--is-shallow-repository"]))?.trim() === "true";
