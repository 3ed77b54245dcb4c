/** What of a declaration goes where in one environment: each secret, target and place, checked before anything is sent. */
import { BulkheadError, nearest } from "../../core/errors.ts";
import {
  PUSH_TARGETS,
  type PushSettings,
  type PushTarget,
  checkedName,
  checkedPlace,
  pushTarget,
} from "../../managers/push/index.ts";
import { type DeclaredSecret, type Manifest, pushFor } from "../../manifest/index.ts";
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

/** Throws `push.bad-place`, `push.which-environment`, `push.same-place`, `push.no-token`, `push.no-target` where nothing is left. */
export function pushJobs(manifest: Manifest, environment: string, wanted: Wanted = {}): PushJob[] {
  const all = manifest.environments.map(({ name }) => [name, jobsIn(manifest, name, wanted)] as const);
  oneValueEach(
    all.flatMap(([, jobs]) => jobs),
    manifest,
  );
  const jobs = all.find(([name]) => name === environment)?.[1] ?? [];
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

function jobsIn(manifest: Manifest, environment: string, { target, secret }: Wanted): PushJob[] {
  const environments = manifest.environments.map(({ name }) => name);
  return manifest.secrets
    .filter(({ name }) => secret === undefined || name === secret)
    .flatMap((one) =>
      (one.push ?? [])
        .filter((push) => target === undefined || push.target === target)
        .flatMap((push): PushJob[] => {
          const here = pushFor(push, { project: manifest.project, environment, environments });
          if (here === "unclear")
            throw new BulkheadError("push.which-environment", { secret: one.name, target: push.target });
          return here === null ? [] : [jobOf({ manifest, environment, secret: one, push: here })];
        }),
    );
}

function jobOf({
  manifest,
  environment,
  secret,
  push,
}: {
  readonly manifest: Manifest;
  readonly environment: string;
  readonly secret: DeclaredSecret;
  readonly push: Exclude<ReturnType<typeof pushFor>, "unclear" | null>;
}): PushJob {
  const target = pushTarget(push.target);
  if (target === undefined)
    throw new BulkheadError("push.no-target", { target: push.target, where: "", known: PUSH_TARGETS });
  if (target.token && push.with === undefined)
    throw new BulkheadError("push.no-token", { target: target.title, secret: secret.name });
  if (!target.token && push.with !== undefined)
    throw new BulkheadError("push.bad-place", {
      target: target.id,
      problem: "it takes no `with:`",
      expected: "the identity of the machine that pushes",
    });
  const { as } = push;
  return {
    project: manifest.project,
    environment,
    secret: secret.name,
    target,
    settings: push.settings,
    place: checkedPlace(target, push.settings),
    with: push.with ?? null,
    nameOf: (field, fields) => {
      const usual = usualName(manifest, secret, field);
      const own =
        as === undefined ? (target.rename?.(usual) ?? usual) : fields.length < 2 ? as : `${as}_${field}`;
      return checkedName(target, own);
    },
  };
}

/** The variable under which a stage takes it, the vendor's usual one, else made of its name. */
function usualName(manifest: Manifest, { name, provider }: DeclaredSecret, field: string): string {
  const use = manifest.stages
    .flatMap((stage) => [...stage.use, ...stage.broker])
    .find((one) => one.secret === name && one.field === field);
  if (use !== undefined) return use.variable;
  const known = provider === undefined ? undefined : providerById(provider);
  const usual = Object.entries(known?.variables ?? {}).find(([, part]) => part === field)?.[0];
  const made = (field === "value" ? name : `${name}_${field}`).toUpperCase().replace(/[^A-Z0-9_]/g, "_");
  return name === provider && usual !== undefined ? usual : made;
}

/** No place gets the values of two secrets, or of two environments, under one name. */
function oneValueEach(jobs: readonly PushJob[], manifest: Manifest): void {
  const taken = new Map<string, string>();
  for (const { target, place, nameOf, secret, environment } of jobs) {
    const declared = manifest.secrets.find(({ name }) => name === secret)?.fields ?? [];
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
