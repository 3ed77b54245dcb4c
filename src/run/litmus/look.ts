/** One look around, as whoever runs this may look: what could be read here, by kind and by what it opens. */
import { type Kind, kinds } from "../../core/kinds.ts";
import type { Detector } from "../../detect/types.ts";
import { type CredentialVariable, credentialVariable } from "../../detect/variables.ts";
import { gitItems } from "./git.ts";
import { connects, readPlace } from "./places.ts";
import { processItems, ptraceScope } from "./processes.ts";
import type { Item, Look, Plan, PlannedPlace } from "./types.ts";

/** Tokens that CI systems hand to every job. */
const CI_VARIABLES: Readonly<Record<string, readonly [what: string, kind: Kind]>> = {
  GITHUB_TOKEN: ["the workflow's own token", "source-control"],
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: [
    "with it a job becomes any identity that trusts its workflow",
    "service-account",
  ],
  ACTIONS_RUNTIME_TOKEN: ["artifacts and caches of the run", "source-control"],
  CI_JOB_TOKEN: ["the job's own token", "source-control"],
  CI_REPOSITORY_URL: ["the job's own token, in an address", "source-control"],
  CI_JOB_JWT: ["the job's identity", "service-account"],
  CI_JOB_JWT_V2: ["the job's identity", "service-account"],
  CI_REGISTRY_PASSWORD: ["the project's registry", "package-registry"],
  CI_DEPLOY_PASSWORD: ["the project's deploy token", "source-control"],
  CI_DEPENDENCY_PROXY_PASSWORD: ["the group's registry", "package-registry"],
  SYSTEM_ACCESSTOKEN: ["the pipeline's own token", "source-control"],
  BUILDKITE_AGENT_ACCESS_TOKEN: ["the agent's own token", "service-account"],
  CIRCLE_OIDC_TOKEN: ["the job's identity", "service-account"],
  CIRCLE_OIDC_TOKEN_V2: ["the job's identity", "service-account"],
  BITBUCKET_STEP_OIDC_TOKEN: ["the step's identity", "service-account"],
};

export interface LookOptions {
  readonly plan: Plan;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly detector: Detector;
}

export async function look({ plan, env, detector }: LookOptions): Promise<Look> {
  const git = gitItems(plan, env); // it takes a process, and the rest goes on meanwhile
  const judge = judgeOnce(detector);
  const own = new Set(plan.own);
  const variables = Object.entries(env).flatMap(([name, value = ""]) => {
    const item = value === "" ? null : variableItem(name, judge(name, value));
    return item === null ? [] : [item];
  });
  const [places, sockets, logins, metadata] = await Promise.all([
    Promise.all(plan.places.map((place) => placeItems(place, plan.home, detector))),
    Promise.all(Object.entries(plan.abstract).map(([name, what]) => abstractItem(name, what))),
    git,
    Promise.all(plan.metadata.map(metadataItem)),
  ]);
  const all = [
    ...variables.filter(({ name }) => !own.has(name)),
    ...processItems(plan, judge),
    ...places.flat(),
    ...sockets.flat(),
    ...logins,
    ...metadata.flat(),
  ];
  const scope = plan.started === null ? 0 : ptraceScope();
  const notes = [
    ...(plan.started === null ? ["not looked at: other processes (this system has no /proc)"] : []),
    ...(plan.metadata.length === 0 ? ["not looked at: the metadata service (no connection was tried)"] : []),
    ...(scope > 0 ? [`the kernel opens memory to parents only (kernel.yama.ptrace_scope ${scope})`] : []),
  ];
  return { items: all, own: variables.filter(({ name }) => own.has(name)), notes };
}

/** Processes mostly share their variables, and a value is judged once. */
function judgeOnce(detector: Detector): (name: string, value: string) => CredentialVariable | null {
  const known = new Map<string, CredentialVariable | null>();
  return (name, value) => {
    const key = `${name}=${value}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const found = credentialVariable(name, value, detector);
    known.set(key, found);
    return found;
  };
}

function variableItem(name: string, found: CredentialVariable | null): Item | null {
  const ci = CI_VARIABLES[name];
  if (ci !== undefined) {
    const [what, kind] = ci;
    return { group: "ci", name, what, kind, opens: kinds[kind].enables, count: 1 };
  }
  if (found === null) return null;
  const { provider, kind } = found;
  const what = provider === null ? kinds[kind].title : `${provider.title} ${kinds[kind].title}`;
  return { group: "variables", name, what, kind, opens: kinds[kind].enables, count: 1 };
}

async function placeItems(place: PlannedPlace, home: string, detector: Detector): Promise<Item[]> {
  const { path, what, kind, group } = place;
  const { files, sockets } = await readPlace(place, detector);
  const name = path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
  const opens = place.opens ?? (kind === null ? what : kinds[kind].enables);
  return [
    ...(files > 0 ? [{ group, name, what, kind, opens, count: 1 }] : []),
    ...(sockets > 0 ? [{ group: "agents" as const, name, what, kind: null, opens, count: 1 }] : []),
  ];
}

async function abstractItem(socket: string, what: string): Promise<Item[]> {
  if (!(await connects({ path: `\0${socket}` }))) return [];
  return [{ group: "agents", name: `@${socket}`, what, kind: null, opens: what, count: 1 }];
}

async function metadataItem(address: string): Promise<Item[]> {
  if (!(await connects({ host: address, port: 80 }))) return [];
  const kind = "cloud";
  const what = "answers with the credentials of this machine's role (it was not asked)";
  return [{ group: "metadata", name: address, what, kind, opens: kinds[kind].enables, count: 1 }];
}
