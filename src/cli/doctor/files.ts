/** The local store's folder and files: who may read them, where they lie, how much room there is. */
import { type Stats, statSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { repositoryRoot } from "../git.ts";
import { formatSize } from "../output.ts";
import { type Diagnosis, type Examination, fail, ok, warn } from "./types.ts";

const [LITTLE, TOO_LITTLE] = [500_000_000, 20_000_000];

const stat = (path: string): Stats | null => statSync(path, { throwIfNoEntry: false }) ?? null;
const octal = ({ mode }: Stats): string => (mode & 0o777).toString(8).padStart(4, "0");

function owned(path: string, stats: Stats): Diagnosis[] {
  const uid = process.getuid?.();
  if (uid === undefined || stats.uid === uid) return [];
  return [
    fail(`${path} belongs to another user (uid ${stats.uid})`, `let it belong to the user who runs Bulkhead`),
  ];
}

export const homeExamination: Examination = {
  name: "store folder",
  examine: async ({ home }) => {
    const stats = stat(home.folder);
    if (stats === null)
      return [ok(`${home.folder} is not there yet; the first command that needs it makes it`)];
    const problems = owned(home.folder, stats);
    if ((stats.mode & 0o077) !== 0)
      problems.push(
        fail(`others may enter ${home.folder} (mode ${octal(stats)})`, `chmod 700 ${home.folder}`),
      );
    if (repositoryRoot(home.folder) !== null)
      problems.push(
        fail(
          `${home.folder} lies in a git repository, from where it could be committed`,
          "set BULKHEAD_HOME to a folder outside",
        ),
      );
    return problems.length > 0 ? problems : [ok(`${home.folder} is yours alone`)];
  },
};

export const keyExamination: Examination = {
  name: "seal key",
  examine: async ({ home, hasLocalStore }) => {
    const stats = stat(home.sealKey);
    if (stats === null)
      return [ok(hasLocalStore ? "no key file: the store is sealed by a passphrase" : "no store yet")];
    const problems = owned(home.sealKey, stats);
    if ((stats.mode & 0o077) !== 0)
      problems.push(
        fail(
          `others may read ${home.sealKey} (mode ${octal(stats)})`,
          `chmod 600 ${home.sealKey}, and rotate what is stored if they may have read it`,
        ),
      );
    return problems.length > 0 ? problems : [ok(`${home.sealKey} can be read by you alone`)];
  },
};

export const loginExamination: Examination = {
  name: "login file",
  examine: async ({ home }) => {
    const stats = stat(home.login);
    if (stats === null) return [ok("no login is kept")];
    if ((stats.mode & 0o077) === 0) return [ok(`${home.login} can be read by you alone`)];
    return [
      fail(
        `others may read ${home.login} (mode ${octal(stats)})`,
        "run `bulkhead logout`, then log in again",
      ),
    ];
  },
};

export const diskExamination: Examination = {
  name: "disk",
  examine: async ({ home }) => {
    let folder = home.folder;
    while (stat(folder) === null && dirname(folder) !== folder) folder = dirname(folder);
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    const says = `${formatSize(free)} free where the store lies`;
    if (free < TOO_LITTLE)
      return [fail(says, "free space: nothing can be stored or audited without, so nothing is served")];
    return [free < LITTLE ? warn(says, "free space before it runs out") : ok(says)];
  },
};
