/** Hooks beside Python's: the dynamic loader's, those of variables, and configurations by which npm and pip run or fetch other things. */
import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { digestOf } from "./harmless.ts";
import type { HookKind, HookSearch, StartupHook } from "./types.ts";

/** Variables that make some program run other code at its start. The environment of a run has none unless it was asked to keep them. */
const VARIABLES: Readonly<Record<string, string>> = {
  LD_PRELOAD: "is loaded into every program",
  LD_AUDIT: "is loaded into every program",
  DYLD_INSERT_LIBRARIES: "is loaded into every program",
  PYTHONSTARTUP: "runs when Python starts interactively",
  PYTHONHOME: "replaces Python's library",
  PYTHONUSERBASE: "moves the user's packages of Python",
  PYTHONBREAKPOINT: "is called by breakpoint()",
  NODE_OPTIONS: "gives options to every start of Node, --require and --import among them",
  BASH_ENV: "runs at every start of bash",
  ENV: "runs at every start of sh",
  PERL5OPT: "gives options to every start of Perl",
  RUBYOPT: "gives options to every start of Ruby",
  JAVA_TOOL_OPTIONS: "gives options to every start of Java, -javaagent among them",
  npm_config_node_options: "gives options to every start of Node by npm",
  npm_config_script_shell: "runs npm's scripts",
};

export function variableHooks({ env }: HookSearch): StartupHook[] {
  return Object.entries(VARIABLES).flatMap(([name, effect]) => {
    const value = env[name];
    if (value === undefined || value === "") return [];
    return [
      {
        kind: "variable" as const,
        place: name,
        effect,
        owner: null,
        digest: digestOf([Buffer.from(value)]),
        changed: null,
      },
    ];
  });
}

/** Settings by which a program runs or fetches something else; other lines of the same file are nobody's business here. */
interface Configuration {
  readonly kind: HookKind;
  readonly paths: (search: HookSearch) => readonly string[];
  readonly setting: RegExp;
  readonly effect: string;
}

const home = ({ env }: HookSearch): string => env.HOME ?? "/";
const upwards = (folder: string, name: string): string[] =>
  folder === dirname(folder) ? [join(folder, name)] : [join(folder, name), ...upwards(dirname(folder), name)];

const CONFIGURATIONS: readonly Configuration[] = [
  {
    kind: "loader",
    paths: () => ["/etc/ld.so.preload"],
    setting: /\S/,
    effect: "names what is loaded into every program",
  },
  {
    kind: "npm",
    paths: (search) => [...upwards(search.cwd, ".npmrc"), join(home(search), ".npmrc"), "/etc/npmrc"],
    setting: /^\s*(?:node-options|script-shell|shell|init-module|onload-script|git|prefix)\s*=/i,
    effect: "has npm run or load other programs",
  },
  {
    kind: "pip",
    paths: (search) => [
      join(home(search), ".config", "pip", "pip.conf"),
      join(home(search), ".pip", "pip.conf"),
      "/etc/pip.conf",
      ...(search.env.VIRTUAL_ENV === undefined ? [] : [join(search.env.VIRTUAL_ENV, "pip.conf")]),
    ],
    setting: /^\s*(?:index-url|extra-index-url|find-links|trusted-host|python|target|prefix)\s*[=:]/i,
    effect: "has pip take packages from other places",
  },
];

export function configurationHooks(search: HookSearch): StartupHook[] {
  const hooks: StartupHook[] = [];
  for (const { kind, paths, setting, effect } of CONFIGURATIONS)
    for (const path of new Set(paths(search))) {
      const lines = settings(path, setting);
      if (lines.length === 0) continue;
      const digest = digestOf(lines.map((line) => Buffer.from(line)));
      const changed = Math.round(statSync(path).mtimeMs);
      hooks.push({ kind, place: path, effect, owner: null, digest, changed, files: [path] });
    }
  return hooks;
}

function settings(path: string, setting: RegExp): string[] {
  try {
    return readFileSync(path, "utf8")
      .split(/\r?\n/)
      .filter((line) => !/^\s*[#;]/.test(line) && setting.test(line));
  } catch {
    return []; // not there, or not ours to read
  }
}
