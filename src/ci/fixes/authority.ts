/** What each job may do, as a set of single powers: after a fix it must be a subset of what it was. */
import { effective } from "../authority/permissions.ts";
import type { BuildFile, Repository } from "../model.ts";

const SCOPES =
  "actions attestations checks contents deployments discussions id-token issues packages pages pull-requests security-events statuses".split(
    " ",
  );

/** `w.yml:job contents write`, `w.yml:job step 2 SECRET`. What is unknown may be all. */
export function powersOf({ workflows, builds }: Repository): Set<string> {
  const powers = new Set<string>();
  for (const build of builds) for (const power of imagePowers(build)) powers.add(power);
  for (const { file, jobs, remote } of workflows) {
    if (remote) continue;
    for (const job of jobs) {
      const name = `${file.path}:${job.id}`;
      for (const scope of SCOPES) {
        const access = effective(job, scope);
        if (access !== "none") powers.add(`${name} ${scope} read`);
        if (access === "write" || access === "unknown") powers.add(`${name} ${scope} write`);
      }
      for (const { kind, name: secret, scope, step } of job.credentials) {
        if (scope === "condition" || kind === "run-token") continue;
        const steps = step === null ? job.steps : [step];
        for (const { index } of steps) powers.add(`${name} step ${index} ${secret ?? kind}`);
      }
      for (const { index, effects } of job.steps)
        if (effects.checkout !== null && effects.checkout.persistCredentials !== false)
          powers.add(`${name} step ${index} leaves the token`);
    }
  }
  return powers;
}

/** `Dockerfile keeps TOKEN`, `Dockerfile command 2 reads TOKEN`: commands are counted, since what hands it on may go. */
function imagePowers({ file, instructions }: BuildFile): string[] {
  const powers: string[] = [];
  let handed = new Set<string>();
  let commands = 0;
  for (const { name, settings } of instructions) {
    if (name === "FROM") handed = new Set();
    if (name === "ARG" || name === "ENV")
      for (const { name: variable } of settings) {
        powers.push(`${file.path} keeps ${variable}`);
        handed.add(variable);
      }
    if (name !== "RUN") continue;
    commands++;
    const mounted = settings.flatMap(({ value }) => /(?:^|,)env=(\w+)/.exec(value.value)?.[1] ?? []);
    for (const variable of [...handed, ...mounted])
      powers.push(`${file.path} command ${commands} reads ${variable}`);
  }
  return powers;
}
