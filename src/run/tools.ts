/** The set-up's programs: from the system's folders, never from the caller's PATH. */
import { accessSync, constants } from "node:fs";
import { join } from "node:path";

export interface Tools {
  readonly unshare: string;
  readonly mount: string;
  readonly umount: string;
  readonly setsid: string;
  readonly nsenter: string | null;
  readonly setpriv: string | null;
  readonly bwrap: string | null;
  readonly sh: string;
  readonly env: string;
}

const FOLDERS = ["/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin"];

export function findTool(name: string): string | null {
  for (const folder of FOLDERS) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // the next folder
    }
  }
  return null;
}

/** Those that a sandbox cannot do without; the first that is missing, as text, when one is. `bwrap` may be named. */
export function findTools(bwrap: string | null = findTool("bwrap")): Tools | string {
  const found = new Map(
    ["unshare", "mount", "umount", "setsid", "env"].map((name) => [name, findTool(name)]),
  );
  const missing = [...found].find(([, path]) => path === null)?.[0];
  if (missing !== undefined) return missing;
  const of = (name: string): string => found.get(name) ?? "";
  return {
    unshare: of("unshare"),
    mount: of("mount"),
    umount: of("umount"),
    setsid: of("setsid"),
    env: of("env"),
    sh: "/bin/sh",
    nsenter: findTool("nsenter"),
    setpriv: findTool("setpriv"),
    bwrap,
  };
}

const FLAGS = { up: 0x49, set: 0x8914 }; // IFF_UP | IFF_LOOPBACK | IFF_RUNNING; SIOCSIFFLAGS

/** Brings up the loopback of a new network: nothing in Node can, so whatever this machine has does. Null when it has nothing. */
export function loopbackUp(): string | null {
  const request = {
    perl: `pack("a16sx22","lo",${FLAGS.up})`,
    python: `struct.pack("16sh22x",b"lo",${FLAGS.up})`,
  };
  const ways: readonly (readonly [string, string])[] = [
    ["ip", "link set lo up"],
    ["ifconfig", "lo up"],
    ["perl", `-e 'socket(S,2,2,0) && ioctl(S,${FLAGS.set},${request.perl})'`],
    [
      "python3",
      `-I -c 'import fcntl,socket,struct; fcntl.ioctl(socket.socket(2,2),${FLAGS.set},${request.python})'`,
    ],
  ];
  for (const [name, args] of ways) {
    const path = findTool(name);
    if (path !== null) return `${path} ${args}`;
  }
  return null;
}
