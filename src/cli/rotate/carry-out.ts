/** Rotates what was selected: each secret through its environments in order, several secrets at once where nobody has to be asked. */
import { isBulkheadError } from "../../core/errors.ts";
import { formatDuration } from "../../core/duration.ts";
import type { Context } from "../context.ts";
import { type Following, follow } from "./follow.ts";
import type { Selected, Target } from "./select.ts";
import { AT, type Shown, type Verdict, nameOf, verdictOf } from "./shown.ts";

export interface Wish {
  readonly reason: string;
  readonly grace: string | undefined;
  readonly oldId: string | undefined;
  readonly jobs: number;
  /** Environments without a value are passed over. */
  readonly lenient: boolean;
}

export interface Carried {
  readonly rotations: readonly Shown[];
  readonly verdicts: readonly Verdict[];
}

export async function carryOut(context: Context, selected: Selected, wish: Wish): Promise<Carried> {
  const { client, operator } = await context.api();
  const interactive = (await context.input()).interactive;
  const rotations: Shown[] = [];
  const verdicts: Verdict[] = [];
  const started = performance.now();
  let done = 0;
  const one = async (target: Target, ask: boolean): Promise<void> => {
    const following: Following = { context, client, manifest: selected.manifest, operator, ask };
    for (const { name } of target.environments) {
      const shown = await rotateOne(following, target, name, selected, wish, verdicts);
      if (shown === null) continue;
      rotations.push(shown);
      verdicts.push(verdictOf(shown));
      report(context, shown);
      // production does not begin before the others stand on the new one
      if (!["done", "under-way"].includes(verdictOf(shown))) break;
    }
    done++;
    if (selected.targets.length > 1 && done < selected.targets.length) {
      const left = ((performance.now() - started) / done) * (selected.targets.length - done);
      context.out.note(`${done} of ${selected.targets.length} secrets, about ${formatDuration(left)} left`);
    }
  };
  const minters = new Set(selected.manifest.secrets.flatMap(({ rotate }) => rotate.with ?? []));
  const [first, last] = [
    selected.targets.filter(({ secret }) => !minters.has(secret.name)),
    selected.targets.filter(({ secret }) => minters.has(secret.name)),
  ];
  const width = interactive && selected.targets.length === 1 ? 1 : wish.jobs;
  for (const group of [first, last])
    await pool(width, group, (target) => one(target, interactive && selected.targets.length === 1));
  return { rotations, verdicts };
}

async function rotateOne(
  following: Following,
  { secret }: Target,
  environment: string,
  { manifest, finding }: Selected,
  wish: Wish,
  verdicts: Verdict[],
): Promise<Shown | null> {
  const { client, context } = following;
  try {
    const begun = await client.write(AT, {
      ...{ project: manifest.project, environment, secret: secret.name, reason: wish.reason, finding },
      ...(wish.grace !== undefined && { grace: wish.grace }),
      ...(wish.oldId !== undefined && { old_id: wish.oldId }),
    });
    return await follow(following, String(begun?.id));
  } catch (error) {
    if (!isBulkheadError(error)) throw error;
    if (error.code === "rotation.no-secret" && wish.lenient) return null;
    context.out.error(error, "rotate");
    verdicts.push("failed");
    return null;
  }
}

function report({ out }: Context, shown: Shown): void {
  const last = shown.steps.at(-1);
  const line = `${nameOf(shown)}: ${shown.state}${last === undefined ? "" : `: ${last.note}`}`;
  const verdict = verdictOf(shown);
  if (verdict === "failed" || verdict === "waits") out.warn(`${line} (bulkhead rotate continue ${shown.id})`);
  else out.note(line);
  if (shown.orphans.length > 0) out.warn(`left at the provider: ${shown.orphans.join(", ")}`);
}

async function pool<T>(width: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items[Symbol.iterator]();
  const next = async (): Promise<void> => {
    for (let item = waiting.next(); item.done !== true; item = waiting.next()) await work(item.value);
  };
  await Promise.all(Array.from({ length: Math.max(1, width) }, next));
}
