/**
 * Two ways into the same sandbox: util-linux' `unshare`, and bubblewrap, which some machines allow where they refuse the other (a
 * profile of AppArmor's, a set-uid installation). Both run the same init; they differ in who hides the places.
 */
import type { Decoy } from "./decoys.ts";
import type { HiddenPlace } from "./hidden.ts";
import { type SetupOptions, initScript, quote } from "./sandbox.ts";
import type { Tools } from "./tools.ts";

export type WayName = "unshare" | "bubblewrap";

export interface WayOptions extends Omit<SetupOptions, "covers"> {
  readonly way: WayName;
  /** Gives the file outside that holds a decoy's text. */
  readonly fileOf: (decoy: Decoy) => string;
  /** Brings up the loopback, where the network is closed. */
  readonly loopback: string | null;
}

/** As root the kernel's own settings are root's files, and some start programs outside (core_pattern, uevent_helper). */
const KERNEL_SETTINGS = ["/proc/sys", "/proc/sysrq-trigger", "/sys"];
/** Linux takes no longer argument; the init's text comes in parts. */
const PART = 65_536;
const PATH = "PATH=/usr/bin:/bin:/usr/sbin:/sbin";

/** Puts the text together from its parts. What it then does ends all processes it can reach: anywhere but in a namespace of its own that would be the whole machine. */
const LOADER = [
  '[ "$$" = 1 ] || exit 125',
  "count=$1; text=; shift",
  'while [ "$count" -gt 0 ]; do text=$text$1; shift; count=$((count - 1)); done',
  'eval "$text"',
].join("\n");

/** The first program and its arguments; the job's command follows them. */
export function sandboxArguments(options: WayOptions): string[] {
  const { tools, way } = options;
  const argv = way === "unshare" ? unshareArguments(options) : bubblewrapArguments(options);
  return tools.setpriv === null ? argv : [tools.setpriv, "--pdeathsig", "KILL", "--", ...argv];
}

function init({ env, sh }: Tools, text: string): string[] {
  const parts = Array.from({ length: Math.ceil(text.length / PART) }, (_, at) =>
    text.slice(at * PART, (at + 1) * PART),
  );
  // The canary in the environment stays outside.
  return [env, "-i", PATH, sh, "-c", LOADER, "bulkhead-init", String(parts.length), ...parts];
}

function unshareArguments(options: WayOptions): string[] {
  const { tools, uid, hidden, network, loopback, fileOf } = options;
  const { mount } = tools;
  const settings = KERNEL_SETTINGS.map(
    (path) => `${mount} --rbind ${path} ${path} && ${mount} -o remount,bind,ro,nosuid,nodev,noexec ${path}`,
  );
  const covers = [
    ...(uid === 0 ? settings : []),
    ...hidden.flatMap((place) => coverLines(place, mount, fileOf)),
  ];
  const text = initScript({
    ...options,
    covers,
    network: network === null ? null : `${loopback ?? ":"}\n${network}`,
  });
  const flags = [
    "--user",
    "--map-root-user",
    "--mount",
    "--pid",
    "--fork",
    "--kill-child=KILL",
    "--mount-proc",
  ];
  return [tools.unshare, ...flags, ...(network === null ? [] : ["--net"]), "--", ...init(tools, text)];
}

function coverLines(
  { path, kind, writable, shown }: HiddenPlace,
  mount: string,
  fileOf: WayOptions["fileOf"],
): string[] {
  const at = quote(path);
  const tmpfs = (options: string): string => `${mount} -t tmpfs -o nosuid,nodev,noexec,${options} none ${at}`;
  if (kind === "file") {
    const [decoy] = shown ?? [];
    return [`${mount} --bind ${decoy === undefined ? "/dev/null" : quote(fileOf(decoy))} ${at}`];
  }
  if (writable === true) return [tmpfs("size=64m,mode=0700")];
  if (shown === undefined) return [tmpfs("ro,size=4k,mode=0555")];
  return [
    tmpfs("size=64k,mode=0700"),
    ...shown.map((decoy) => {
      const name = quote(`${path}/${decoy.name}`);
      return `: > ${name} && ${mount} --bind ${quote(fileOf(decoy))} ${name}`;
    }),
    `${mount} -o remount,ro ${at}`,
  ];
}

function bubblewrapArguments(options: WayOptions): string[] {
  const { tools, uid, gid, hidden, network, fileOf } = options;
  const places = hidden.flatMap(({ path, kind, writable, shown }) => {
    if (kind === "file") {
      const [decoy] = shown ?? [];
      return decoy === undefined ? ["--dev-bind", "/dev/null", path] : ["--ro-bind", fileOf(decoy), path];
    }
    const decoys = (shown ?? []).flatMap((decoy) => ["--ro-bind", fileOf(decoy), `${path}/${decoy.name}`]);
    return ["--tmpfs", path, ...decoys, ...(writable === true ? [] : ["--remount-ro", path])];
  });
  const flags = ["--unshare-user", "--unshare-pid", "--as-pid-1", "--die-with-parent", "--cap-drop", "ALL"];
  const who = ["--uid", String(uid), "--gid", String(gid)];
  const settings = uid === 0 ? KERNEL_SETTINGS.flatMap((path) => ["--ro-bind-try", path, path]) : [];
  const files = ["--dev-bind", "/", "/", "--proc", "/proc", ...settings];
  return [
    tools.bwrap ?? "bwrap",
    ...flags,
    ...who,
    ...(network === null ? [] : ["--unshare-net"]), // its loopback is up
    ...files,
    ...places,
    "--",
    ...init(tools, initScript({ ...options, covers: [] })),
  ];
}
