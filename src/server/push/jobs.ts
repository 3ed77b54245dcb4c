/** What of a declared project goes where in one environment: each secret, target and place, checked before anything is sent. */
import { BulkheadError, nearest } from "../../core/errors.ts";
import type { DeclaredProject, DeclaredPush, DeclaredSecretSummary } from "../../core/ports/project.ts";
import {
  PUSH_TARGETS,
  type PushSettings,
  type PushTarget,
  checkedName,
  checkedPlace,
  pushTarget,
} from "../../managers/push/index.ts";
import { pushFor } from "../../manifest/push.ts";
import { providerById } from "../../providers/lookup.ts";

export interface PushJob {
  readonly project: string;
  readonly environment: string;
  readonly secret: string;
  readonly target: PushTarget;
  readonly settings: PushSettings;
  /** For people, and the key of what is remembered. */
  readonly place: string;
  /** The secret with the token. */
  readonly with: string | null;
  /** The name that a field has there. Throws `push.bad-place`. */
  readonly nameOf: (field: string, fields: readonly string[]) => string;
}

export interface Wanted {
  readonly target?: string | undefined;
  readonly secret?: string | undefined;
}

/** Empty where nothing goes. Throws `push.bad-place`, `push.which-environment`, `push.same-place`, `push.no-token`. */
export function plannedPushes(project: DeclaredProject, environment: string, wanted: Wanted = {}): PushJob[] {
  const all = Object.keys(project.environments).flatMap((name) => jobsIn(project, name, wanted));
  oneValueEach(all, project);
  return all.filter((job) => job.environment === environment);
}

/** As `plannedPushes`; throws `push.no-target` where nothing is left. */
export function pushJobs(project: DeclaredProject, environment: string, wanted: Wanted = {}): PushJob[] {
  const jobs = plannedPushes(project, environment, wanted);
  if (jobs.length > 0) return jobs;
  const { target } = wanted;
  const near =
    target === undefined || PUSH_TARGETS.some((id) => id === target) ? null : nearest(target, PUSH_TARGETS);
  throw new BulkheadError(
    "push.no-target",
    { target: target ?? "any target", where: ` in ${environment}`, known: PUSH_TARGETS },
    near === null ? {} : { hint: `did you mean ${near}?` },
  );
}

function jobsIn(project: DeclaredProject, environment: string, { target, secret }: Wanted): PushJob[] {
  const environments = Object.keys(project.environments);
  return Object.entries(project.secrets)
    .filter(([name]) => secret === undefined || name === secret)
    .flatMap(([name, one]) =>
      (one.push ?? [])
        .filter((push) => target === undefined || push.target === target)
        .flatMap((push): PushJob[] => {
          const here = pushFor(push, { project: project.name, environment, environments });
          if (here === "unclear")
            throw new BulkheadError("push.which-environment", { secret: name, target: push.target });
          return here === null
            ? []
            : [jobOf({ project: project.name, environment, name, secret: one, push: here })];
        }),
    );
}

function jobOf({
  project,
  environment,
  name: secretName,
  secret,
  push,
}: {
  readonly project: string;
  readonly environment: string;
  readonly name: string;
  readonly secret: DeclaredSecretSummary;
  readonly push: DeclaredPush;
}): PushJob {
  const target = pushTarget(push.target);
  if (target === undefined)
    throw new BulkheadError("push.no-target", { target: push.target, where: "", known: PUSH_TARGETS });
  if (target.token && push.with === undefined)
    throw new BulkheadError("push.no-token", { target: target.title, secret: secretName });
  if (!target.token && push.with !== undefined)
    throw new BulkheadError("push.bad-place", {
      target: target.id,
      problem: "it takes no `with:`",
      expected: "the identity of the machine that pushes",
    });
  const { as } = push;
  return {
    project,
    environment,
    secret: secretName,
    target,
    settings: push.settings,
    place: checkedPlace(target, push.settings),
    with: push.with ?? null,
    nameOf: (field, fields) => {
      const usual = usualName(secretName, secret, field);
      const own =
        as === undefined ? (target.rename?.(usual) ?? usual) : fields.length < 2 ? as : `${as}_${field}`;
      return checkedName(target, own);
    },
  };
}

/** The variable under which a stage takes it, the vendor's usual one, else made of its name. */
function usualName(name: string, { provider, variables = {} }: DeclaredSecretSummary, field: string): string {
  if (Object.hasOwn(variables, field)) return variables[field] ?? "";
  const known = provider === undefined ? undefined : providerById(provider);
  const usual = Object.entries(known?.variables ?? {}).find(([, part]) => part === field)?.[0];
  const made = (field === "value" ? name : `${name}_${field}`).toUpperCase().replace(/[^A-Z0-9_]/g, "_");
  return name === provider && usual !== undefined ? usual : made;
}

/** No place gets the values of two secrets, or of two environments, under one name. */
function oneValueEach(jobs: readonly PushJob[], { secrets }: DeclaredProject): void {
  const taken = new Map<string, string>();
  for (const { target, place, nameOf, secret, environment } of jobs) {
    const declared = secrets[secret]?.fields ?? [];
    const fields = declared.length === 0 ? ["value"] : declared;
    for (const field of fields) {
      const name = nameOf(field, fields);
      const key = `${target.id}\0${place}\0${name}`;
      const mine = `${secret} in ${environment}`;
      const before = taken.get(key);
      if (before !== undefined && before !== mine)
        throw new BulkheadError("push.same-place", {
          place: `${target.title} ${place}`,
          name,
          secrets: [before, mine],
        });
      taken.set(key, mine);
    }
  }
}
