/**
 * The sandbox's shell text. One namespace of users (in which the set-up is root) with its own mounts and processes;
 * over each hidden place an empty one; inside that a second namespace of users, so that the job has no rights over
 * the first: it can neither unmount, nor enter, nor trace the init.
 *
 * The init is process 1. It speaks lines with Bulkhead over descriptor 3: it reports what its probes could do, waits for
 * `go`, then reads `SIGNAL PID` lines to forward; the end of that stream means that Bulkhead is gone, and it ends everything.
 * The job's environment arrives on descriptor 4, in the innermost namespace and after `go`: it is never in an argument list,
 * nor in the environment of any process but the job.
 */
import type { HiddenPlace } from "./hidden.ts";

export interface Tools {
  readonly unshare: string;
  readonly mount: string;
  readonly umount: string;
  readonly setsid: string;
  readonly nsenter: string | null;
  readonly setpriv: string | null;
}

export interface SandboxOptions {
  readonly tools: Tools;
  readonly uid: number;
  readonly gid: number;
  readonly hidden: readonly HiddenPlace[];
  /** Bulkhead's start time in clock ticks since boot (field 22 of /proc/PID/stat): what the probe looks for. */
  readonly startTime: string;
}

export const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** As root the kernel's own settings are root's files, and some start programs outside (core_pattern, uevent_helper). */
const KERNEL_SETTINGS = ["/proc/sys", "/proc/sysrq-trigger", "/sys"];

/**
 * Prints one line for each thing a hostile job would like: `seen process`, `seen place N`, `seen settings`, `done undo` for what
 * worked, then `end`. It is run as the job would be; run outside it finds everything (the tests do).
 */
export function probeScript(options: Omit<SandboxOptions, "gid">): string {
  const { tools, hidden, startTime, uid } = options;
  const undo = hidden.map(({ path }) => `${tools.umount} -l ${quote(path)} && echo 'done undo'`);
  if (tools.nsenter !== null) undo.push(`${tools.nsenter} -t 1 -U -m true && echo 'done undo'`);
  undo.push(`${tools.umount} -l /proc && echo 'done undo'`);
  const places = hidden.map(({ path, kind, identity }, index) => {
    const same = `[ "$(stat -L -c %d:%i ${quote(path)})" = ${identity} ]`;
    const full =
      kind === "folder"
        ? `[ -n "$(ls -A ${quote(path)})" ]`
        : `[ -f ${quote(path)} ] && [ -s ${quote(path)} ]`;
    return `if ${same} || { ${full}; }; then echo 'seen place ${index}'; fi`;
  });
  const settings = uid === 0 ? ["[ -w /proc/sys/kernel/core_pattern ] && echo 'seen settings'"] : [];
  return [
    "exec 2>/dev/null",
    ...undo,
    "for file in /proc/[0-9]*/stat; do",
    '  read -r line < "$file" || continue',
    '  set -- ${line##*") "}',
    `  [ "\${20}" = ${quote(startTime)} ] && echo 'seen process'`,
    "done",
    ...places,
    ...settings,
    "echo end",
  ].join("\n");
}

function cover({ path, kind }: HiddenPlace, tools: Tools): string {
  return kind === "folder"
    ? `${tools.mount} -t tmpfs -o ro,nosuid,nodev,noexec,size=4k,mode=0555 none ${quote(path)}`
    : `${tools.mount} --bind /dev/null ${quote(path)}`;
}

/** The first program and its arguments; the job's command follows them. */
export function sandboxArguments(options: SandboxOptions): string[] {
  const { tools, uid, gid, hidden } = options;
  const inner = `${tools.unshare} --user --map-user=${uid} --map-group=${gid} --`;
  const settings = KERNEL_SETTINGS.map(
    (path) =>
      `${tools.mount} --rbind ${path} ${path} && ${tools.mount} -o remount,bind,ro,nosuid,nodev,noexec ${path}`,
  );
  const job = [
    'echo "job $$" >&3',
    "exec 3<&-",
    'eval "$(cat <&4)"',
    "exec 4<&- 2>&8 8>&-",
    'exec "$@"',
  ].join("\n");
  const init = [
    // What follows ends all processes it can reach: in any namespace but its own that would be the whole machine.
    '[ "$$" = 1 ] || exit 125',
    "exec 8>&2 2>/dev/null",
    ...(uid === 0 ? settings : []),
    ...hidden.map((place) => cover(place, tools)),
    `${inner} /bin/sh -c ${quote(probeScript(options))} probe </dev/null >&3 3<&- 4<&- 8>&-`,
    "read -r answer <&3 || exit 125",
    '[ "$answer" = go ] || exit 125',
    '( while read -r signal pid <&3; do kill -s "$signal" -- "$pid"; done; kill -s KILL -- -1 ) </dev/null >/dev/null 4<&- 8>&- &',
    `${tools.setsid} ${inner} /bin/sh -c ${quote(job)} job "$@"`,
    "exit $?",
  ].join("\n");
  const outer = [
    tools.unshare,
    "--user",
    "--map-root-user",
    "--mount",
    "--pid",
    "--fork",
    "--kill-child=KILL",
    "--mount-proc",
    "--",
    "/bin/sh",
    "-c",
    init,
    "bulkhead-init",
  ];
  return tools.setpriv === null ? outer : [tools.setpriv, "--pdeathsig", "KILL", "--", ...outer];
}

/** Names that a shell keeps for itself and refuses to set. */
const SHELL_OWN = new Set(["UID", "EUID", "PPID", "BASHOPTS", "SHELLOPTS", "BASH_VERSINFO", "GROUPS"]);

/** Shell text that replaces the environment by `env`; names no shell can hold are left out. */
export function environmentScript(env: Readonly<Record<string, string>>): string {
  const lines = Object.entries(env)
    .filter(([name]) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !SHELL_OWN.has(name))
    .map(([name, value]) => `export ${name}=${quote(value)}`);
  return `unset PATH OLDPWD\n${lines.join("\n")}\n`;
}
