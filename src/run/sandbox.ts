/**
 * The sandbox's shell text. One namespace of users (in which the set-up is root) with its own mounts, processes and, at level 3, network;
 * over each hidden place an empty one, or a decoy; inside that a second namespace of users, so that the job has no rights over
 * the first: it can neither unmount, nor enter, nor trace the init.
 *
 * The init is process 1. It speaks lines with Bulkhead over descriptor 3: it reports what its probes could do, waits for `go`, then reads
 * `SIGNAL PID` to forward and `cover KIND PATH` to hide again; the end of that stream means that Bulkhead is gone, and it ends everything.
 * The job's environment arrives on descriptor 4, in the innermost namespace and after `go`: it is never in an argument list,
 * nor in the environment of any process but the job. Descriptor 5 is the channel by which `closed-network.ts` gets its listener.
 */
import type { HiddenPlace } from "./hidden.ts";
import type { Tools } from "./tools.ts";

export interface Canary {
  /** A file in a hidden folder, and what is in it. */
  readonly path: string;
  readonly value: string;
}

export interface SetupOptions {
  readonly tools: Tools;
  readonly uid: number;
  readonly gid: number;
  readonly hidden: readonly HiddenPlace[];
  /** Bulkhead's start time in clock ticks since boot (field 22 of /proc/PID/stat): what the probe looks for. */
  readonly startTime: string;
  /** Also in the environment of the process around the sandbox, where the probe looks for it. Null where no file is hidden. */
  readonly canary: Canary | null;
  /** Shell text that makes the network ready, null where it stays open. */
  readonly network: string | null;
  /** Shell lines that hide, run as the namespace's root; empty where the way there hides them itself. */
  readonly covers: readonly string[];
}

export const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** By what the process around the sandbox carries the canary in its environment. */
export const CANARY_VARIABLE = "SANDBOX_CANARY";

/**
 * Prints one line for each thing a hostile job would like: `seen process`, `seen environ`, `seen memory`, `seen init`, `seen canary`,
 * `seen place N`, `seen settings`, `seen interface`, `done undo` for what worked, then `end`. It is run as the job would be; run outside
 * it finds everything (the tests do).
 */
export function probeScript(
  options: Pick<SetupOptions, "tools" | "uid" | "hidden" | "startTime" | "canary" | "network">,
): string {
  const { tools, hidden, startTime, uid, canary, network } = options;
  const undo = hidden.map(({ path }) => `${tools.umount} -l ${quote(path)} && echo 'done undo'`);
  if (tools.nsenter !== null) undo.push(`${tools.nsenter} -t 1 -U -m true && echo 'done undo'`);
  undo.push(`${tools.umount} -l /proc && echo 'done undo'`);
  const settings = uid === 0 ? ["[ -w /proc/sys/kernel/core_pattern ] && echo 'seen settings'"] : [];
  return [
    "exec 2>/dev/null",
    ...undo,
    "for folder in /proc/[0-9]*; do",
    "  pid=${folder#/proc/}",
    '  read -r line < "$folder/stat" || continue',
    '  set -- ${line##*") "}',
    `  [ "\${20}" = ${quote(startTime)} ] && echo 'seen process'`,
    '  [ "$pid" = "$$" ] && continue',
    '  if true < "$folder/mem"; then [ "$pid" = 1 ] && echo "seen init" || echo "seen memory"; fi',
    "done",
    ...(canary === null
      ? []
      : [
          `[ -n "$(grep -alF ${quote(canary.value)} /proc/[0-9]*/environ)" ] && echo 'seen environ'`,
          `[ "$(cat ${quote(canary.path)})" = ${quote(canary.value)} ] && echo 'seen canary'`,
        ]),
    ...placeProbe(hidden),
    ...settings,
    ...(network === null
      ? []
      : ["grep -v -e '|' -e '^ *lo:' /proc/self/net/dev | grep -q : && echo 'seen interface'"]),
    "echo end",
  ].join("\n");
}

/** One `stat` for all: what stands at a hidden path must not be what stands there outside, and a folder without decoys must be empty. */
function placeProbe(hidden: readonly HiddenPlace[]): string[] {
  if (hidden.length === 0) return [];
  const paths = hidden.map(({ path }) => quote(path)).join(" ");
  return [
    `all=" $(stat -L -c %d:%i -- ${paths} | tr '\\n' ' ') "`,
    ...hidden.map(
      ({ identity }, index) => `case "$all" in *" ${identity} "*) echo 'seen place ${index}';; esac`,
    ),
    ...hidden.flatMap(({ path, kind, shown }, index) => {
      if (shown !== undefined) return [];
      const full =
        kind === "folder"
          ? `[ -n "$(ls -A ${quote(path)})" ]`
          : `[ -f ${quote(path)} ] && [ -s ${quote(path)} ]`;
      return [`if ${full}; then echo 'seen place ${index}'; fi`];
    }),
  ];
}

/** The whole text of the init; the job's command are its arguments. */
export function initScript(options: SetupOptions): string {
  const { tools, uid, gid, covers, network } = options;
  const inner = `${tools.unshare} --user --map-user=${uid} --map-group=${gid} --`;
  const job = [
    'echo "job $$" >&3',
    "exec 3<&-",
    'eval "$(cat <&4)"',
    "exec 4<&- 2>&8 8>&-",
    'exec "$@"',
  ].join("\n");
  return [
    "exec 8>&2 2>/dev/null",
    ...covers,
    ...(network === null ? [] : [network]),
    "exec 5<&-",
    // Where a second namespace is refused (AppArmor may), the job shares the init's, which then has no rights either.
    `inner=${quote(inner)}; $inner true </dev/null >/dev/null 3<&- 4<&- 8>&- || inner=`,
    `$inner /bin/sh -c ${quote(probeScript(options))} probe </dev/null >&3 3<&- 4<&- 8>&-`,
    "read -r answer <&3 || exit 125",
    '[ "$answer" = go ] || exit 125',
    `( ${orders(tools)} ) </dev/null >/dev/null 4<&- 8>&- &`,
    `${tools.setsid} $inner /bin/sh -c ${quote(job)} job "$@"`,
    "exit $?",
  ].join("\n");
}

/** What Bulkhead may ask for while the job runs; at the end of the stream everything in the namespace ends. */
function orders({ mount }: Tools): string {
  return [
    "while read -r word what path <&3; do",
    '  case "$word $what" in',
    `    "cover file") ${mount} --bind /dev/null "$path";;`,
    `    "cover folder") ${mount} -t tmpfs -o ro,nosuid,nodev,noexec,size=4k,mode=0555 none "$path";;`,
    '    *) kill -s "$word" -- "$what";;',
    "  esac",
    "done; kill -s KILL -- -1",
  ].join("\n");
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
