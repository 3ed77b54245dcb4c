/** The rows of `credential-places.ts` as paths on this machine, whether they exist or not. */
import { readFileSync, readdirSync } from "node:fs";
import { userInfo } from "node:os";
import { isAbsolute, join } from "node:path";
import { type Row, homeRows, machineRows, prefixRows, variableRows } from "./credential-places.ts";

export type Candidate = Row;

export interface CandidateOptions {
  readonly home: string;
  readonly uid: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Folders that a variable of XDG's moves. */
const MOVED = [
  ["~/.config/", "XDG_CONFIG_HOME"],
  ["~/.cache/", "XDG_CACHE_HOME"],
  ["~/.local/share/", "XDG_DATA_HOME"],
] as const;
const MOST_HOMES = 100;

export function credentialCandidates({ home, uid, env = {} }: CandidateOptions): Candidate[] {
  const moved = MOVED.flatMap(([start, name]) => {
    const folder = env[name];
    if (folder === undefined || !isAbsolute(folder)) return [];
    return homeRows
      .filter(({ path }) => path.startsWith(start))
      .map((row) => ({ ...row, path: join(folder, row.path.slice(start.length)) }));
  });
  const runtime = env.XDG_RUNTIME_DIR;
  const machine = machineRows.flatMap((row) => {
    const path = row.path.replace("%u", String(uid));
    const own = `/run/user/${uid}/`;
    const there =
      runtime !== undefined && isAbsolute(runtime) && path.startsWith(own)
        ? [join(runtime, path.slice(own.length))]
        : [];
    return [path, ...there].map((one) => ({ ...row, path: one }));
  });
  return [
    ...homes(home, uid).flatMap((folder) =>
      homeRows.map((row) => ({ ...row, path: join(folder, row.path.slice(2)) })),
    ),
    ...moved,
    ...machine,
    ...prefixRows.flatMap(({ folder, prefix, why }) =>
      namesIn(folder)
        .filter((name) => name.startsWith(prefix) && !name.endsWith(".pub"))
        .map((name) => ({ path: join(folder, name), why })),
    ),
    ...variableRows.flatMap(({ name, why, kind, scheme, names = [""], list }) =>
      (list === true ? (env[name] ?? "").split(":") : [env[name] ?? ""])
        .map((value) => (scheme === undefined ? value : (scheme.exec(value)?.[1] ?? "")))
        .filter(isAbsolute)
        .flatMap((value) => names.map((one) => ({ path: join(value, one), why, kind }))),
    ),
  ];
}

/** What `$HOME` says, what the system says, and for root everybody's. */
function homes(home: string, uid: number): string[] {
  const all = [home, systemHome()];
  if (uid === 0) all.push(...everybodysHomes());
  return [...new Set(all)].filter((path) => isAbsolute(path) && path !== "/");
}

function systemHome(): string {
  try {
    return userInfo().homedir;
  } catch {
    return ""; // a container's arbitrary uid
  }
}

function everybodysHomes(): string[] {
  try {
    const fields = readFileSync("/etc/passwd", "utf8")
      .split("\n")
      .map((line) => line.split(":"));
    return fields
      .filter(([, , uid = ""]) => uid === "0" || Number(uid) >= 1_000)
      .map(([, , , , , folder = ""]) => folder)
      .filter((folder) => /^\/(root|home|Users|data|mnt|srv|export)\b/.test(folder))
      .slice(0, MOST_HOMES);
  } catch {
    return [];
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
