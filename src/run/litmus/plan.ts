/** What there is to look for on this machine: the rows of `credential-places.ts` that exist, Bulkhead's own places, the CI's folders. */
import { realpathSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { credentialCandidates } from "../candidates.ts";
import { rawDevices, reaches } from "../hidden.ts";
import { METADATA_ADDRESSES } from "../metadata.ts";
import { startTimeOf } from "../start-time.ts";
import { type Plan, type PlannedPlace, cleans } from "./types.ts";

export interface PlanOptions {
  readonly home: string;
  readonly uid: number;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Bulkhead's own folder and files, and the project's files with values. */
  readonly hide: readonly string[];
  /** Which of `hide` are the project's `.env` files. */
  readonly isEnvFile: (path: string) => boolean;
  /** Bulkhead's folder: one of `hide`. */
  readonly folder: string;
  readonly own: readonly string[];
  /** Whether connections to metadata addresses may be opened. */
  readonly network: boolean;
}

const EVERYTHING = "every secret in it";
const OWN: Readonly<Record<string, readonly [what: string, opens: string]>> = {
  "store.db": ["the store", "every secret in it, with the seal key or the passphrase"],
  "seal.key": ["the seal key", "the store: every secret in it"],
  "login.json": ["tokens of `bulkhead login`", "whatever these logins may read"],
};

export function planLitmus(options: PlanOptions): Plan {
  const { home, env, own, network, cwd } = options;
  return {
    home,
    places: placesOf(options),
    abstract: abstractSockets(env),
    own,
    started: process.platform === "linux" ? startTimeOf("self") : null,
    leaveOut: process.pid,
    run: env.BULKHEAD_RUN || null,
    git: cwd,
    metadata: network ? metadataOf(env) : [],
  };
}

function metadataOf(env: PlanOptions["env"]): string[] {
  // ECS and its like answer at an address of their own, with the credentials of the task.
  return env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI === undefined
    ? METADATA_ADDRESSES
    : [...METADATA_ADDRESSES, "169.254.170.2"];
}

function placesOf({ hide, isEnvFile, folder, env, ...where }: PlanOptions): PlannedPlace[] {
  const own = Object.entries(OWN).map(
    ([name, [what, opens]]): PlannedPlace => ({
      path: join(folder, name),
      ...{ what, opens, kind: null, group: "bulkhead" },
    }),
  );
  const given = hide
    .filter((path) => path !== folder)
    .map(
      (path): PlannedPlace =>
        isEnvFile(path)
          ? { path, what: "the project's .env file", kind: "generic", group: "files" }
          : {
              path,
              ...{ what: "a file that Bulkhead is told of", opens: EVERYTHING },
              ...{ kind: null, group: "bulkhead" },
            },
    );
  const rows = credentialCandidates({ ...where, env }).map(
    ({ path, why, kind = null, clean }): PlannedPlace => {
      const name = Object.keys(cleans).find((one) => cleans[one] === clean);
      return { path, what: why, kind, group: "files", ...(name !== undefined && { clean: name }) };
    },
  );
  const devices = process.platform === "linux" ? rawDevices() : [];
  const raw = devices.map(({ path, why }): PlannedPlace => ({ path, what: why, kind: null, group: "files" }));
  return outermost([...own, ...given, ...ciPlaces(env), ...rows, ...raw], folder);
}

/** Folders in which CI systems keep values between steps. */
function ciPlaces(env: PlanOptions["env"]): PlannedPlace[] {
  const { RUNNER_TEMP: temp = "", GITHUB_ENV: next = "", CI_PROJECT_DIR: project = "" } = env;
  const runner = isAbsolute(temp) ? dirname(dirname(temp)) : "";
  const all: (PlannedPlace | null)[] = [
    isAbsolute(temp)
      ? {
          path: temp,
          what: "scripts and settings of the runner's steps",
          kind: "service-account",
          group: "ci",
          search: true,
        }
      : null,
    isAbsolute(next)
      ? {
          path: next,
          what: "variables for the next steps",
          kind: "service-account",
          group: "ci",
          search: true,
        }
      : null,
    ...(runner === ""
      ? []
      : [".credentials", ".credentials_rsaparams"].map(
          (name): PlannedPlace => ({
            path: join(runner, name),
            what: "the runner's own login",
            kind: "service-account",
            group: "ci",
          }),
        )),
    isAbsolute(project)
      ? {
          path: `${project}.tmp`,
          what: "the job's variables of type file",
          kind: "service-account",
          group: "ci",
        }
      : null,
  ];
  return all.filter((one) => one !== null);
}

/** Those that exist, by their real paths, each once; a place inside another is not counted twice. */
function outermost(all: readonly PlannedPlace[], folder: string): PlannedPlace[] {
  const there = new Map<string, PlannedPlace>();
  for (const place of all) {
    const path = realOf(place.path);
    if (path !== null && !there.has(path)) there.set(path, { ...place, path });
  }
  // Bulkhead's own folder is counted file by file.
  const own = realOf(folder);
  const isAround = ({ group, path }: PlannedPlace): boolean =>
    own !== null && group === "files" && (reaches(own, path) || reaches(path, own));
  const found = [...there.values()].filter((one) => !isAround(one));
  const isInside = (one: PlannedPlace): boolean =>
    found.some((other) => other !== one && other.search !== true && reaches(other.path, one.path));
  return found.filter((one) => !isInside(one));
}

function realOf(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null; // not there, or not ours to see
  }
}

function abstractSockets({ DBUS_SESSION_BUS_ADDRESS: bus = "" }: PlanOptions["env"]): Record<string, string> {
  const name = /(?:^|;)unix:abstract=([^,;]+)/.exec(bus)?.[1];
  return name === undefined ? {} : { [name]: "the user's bus, by which programs start outside" };
}
