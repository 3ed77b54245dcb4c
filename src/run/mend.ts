/** Why a machine refuses user namespaces, as far as it says so, and what its administrator can do. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

interface Cause {
  readonly setting: string;
  readonly refuses: (value: string) => boolean;
  readonly mend: string;
}

const causes: readonly Cause[] = [
  {
    setting: "kernel/apparmor_restrict_unprivileged_userns",
    refuses: (value) => value === "1",
    mend: "AppArmor restricts user namespaces, as on Ubuntu 24.04: install bubblewrap and its profile (apparmor-profiles), or `sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`",
  },
  {
    setting: "kernel/unprivileged_userns_clone",
    refuses: (value) => value === "0",
    mend: "the kernel keeps user namespaces for root: `sudo sysctl -w kernel.unprivileged_userns_clone=1`",
  },
  {
    setting: "user/max_user_namespaces",
    refuses: (value) => value === "0",
    mend: "no user namespaces are allowed: `sudo sysctl -w user.max_user_namespaces=15000`",
  },
];

const OTHERWISE =
  "in a container its runtime must allow unshare and mount (with docker: `--security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined`)";

/** One sentence. `root` is where /proc/sys stands, for tests. */
export function mendFor(root = "/proc/sys"): string {
  const cause = causes.find(({ setting, refuses }) => {
    try {
      return refuses(readFileSync(join(root, setting), "utf8").trim());
    } catch {
      return false; // this kernel has no such setting
    }
  });
  return cause?.mend ?? OTHERWISE;
}
