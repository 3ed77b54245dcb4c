/** What a rotation does of `bulkhead push`: the value that is current now goes where the applied declaration says that it must stand. */
import { ApiClient } from "../../client/index.ts";
import { isBulkheadError } from "../../core/errors.ts";
import type { DeclaredProject } from "../../core/ports/project.ts";
import type { PushResult, RotationRights } from "../../core/ports/rotation.ts";
import type { Secret } from "../../core/secret.ts";
import { type PushJob, plannedPushes } from "./jobs.ts";
import { type PushOptions, holdsNoOther, pushSecret } from "./push.ts";

export type Surroundings = Required<Pick<PushOptions, "env" | "cwd" | "files">>;

export interface Carried {
  /** `secret/PROJECT/ENVIRONMENT/SECRET` */
  readonly path: string;
  readonly environment: string;
  readonly value: ReadonlyMap<string, Secret>;
  readonly rights: RotationRights;
}

/** One result for each place. What is there unchanged is not sent again, so that it may be called any number of times. */
export async function carry(
  { path, environment, value, rights }: Carried,
  surroundings: Surroundings,
): Promise<readonly PushResult[]> {
  const client = new ApiClient({ transport: rights.send, token: rights.token });
  const [, project = "", , secret = ""] = path.split("/");
  const planned: PushJob[] = [];
  const unplanned = await tried("push", async () => {
    const found = await client.read(`bulkhead/projects/${project}`);
    const declared = found?.manifest as DeclaredProject | undefined;
    if (declared !== undefined) planned.push(...plannedPushes(declared, environment, { secret }));
    return "";
  });
  if (!unplanned.ok) return [unplanned];
  const results: PushResult[] = [];
  for (const job of planned) {
    const options = { client, ...surroundings, expected: value };
    const result = await tried(`${job.target.id}:${job.place}`, async () => {
      const done = await pushSecret(job, options);
      return done.map(({ name, done: how }) => `${name} ${how}`).join(", ");
    });
    const clear = !result.ok && (await holdsNoOther(job, value, options).catch(notOurs));
    results.push(clear ? { ...result, holdsNoOther: true } : result);
  }
  return results;
}

const notOurs = (error: unknown): false => {
  if (isBulkheadError(error)) return false;
  throw error;
};

/** An error's own words hold no value. What is no error of ours is a fault, and goes on. */
async function tried(target: string, work: () => Promise<string>): Promise<PushResult> {
  try {
    return { target, ok: true, note: await work() };
  } catch (error) {
    if (!isBulkheadError(error)) throw error;
    return { target, ok: false, note: error.message };
  }
}
