/**
 * Variables that nobody may declare as a secret's or a plain value's name: with them a declaration could make the
 * job's own loader, interpreter or shell run other code, change where the job looks for things, or name Bulkhead's
 * own settings. `manifest/` refuses them when the file is read, `run/` refuses them again when the job starts.
 */

export interface ReservedVariable {
  /** The variable's name; a trailing `*` stands for any continuation. */
  readonly name: string;
  /** Completes "is reserved: …"; lower case, no full stop. */
  readonly reason: string;
}

const loader = "the dynamic loader runs code named there";
const interpreter = "the interpreter runs code or takes options named there";
const shell = "the shell runs or splits commands by it";
const tool = "a tool runs the command named there";
const place = "it decides which programs and files the job finds; `run` sets it";
const own = "it belongs to Bulkhead";
const store = "it opens the whole store, not one secret";
const workflow = "with it a job can become any identity of its workflow";
const unsettable = "some languages cannot hold a variable of this name";

const rows = (reason: string, names: readonly string[]): readonly ReservedVariable[] =>
  names.map((name) => ({ name, reason }));

/** The one table, exact names and prefixes. Names compare without regard to case. */
export const reservedVariables: readonly ReservedVariable[] = [
  ...rows(loader, ["LD_PRELOAD", "LD_AUDIT", "LD_DEBUG_OUTPUT", "LD_PROFILE_OUTPUT", "DYLD_*", "GCONV_PATH"]),
  ...rows(interpreter, [
    "NODE_OPTIONS",
    "NODE_REPL_EXTERNAL_MODULE",
    "PYTHONSTARTUP",
    "PYTHONHOME",
    "PYTHONINSPECT",
    "PYTHONBREAKPOINT",
    "PYTHONUSERBASE",
    "PYTHONEXECUTABLE",
    "PERL5OPT",
    "PERL5DB",
    "PERL5LIB",
    "RUBYOPT",
    "RUBYLIB",
    "JAVA_TOOL_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "_JAVA_OPTIONS",
    "R_PROFILE",
    "R_PROFILE_USER",
    "DOTNET_STARTUP_HOOKS",
    "CORECLR_PROFILER*",
    "COR_PROFILER*",
  ]),
  ...rows(shell, [
    "BASH_ENV",
    "ENV",
    "IFS",
    "PROMPT_COMMAND",
    "SHELLOPTS",
    "BASHOPTS",
    "PS4",
    "ZDOTDIR",
    "BASH_FUNC_*",
  ]),
  ...rows(tool, [
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_EXTERNAL_DIFF",
    "GIT_PAGER",
    "GIT_EDITOR",
    "GIT_ASKPASS",
    "GIT_PROXY_COMMAND",
    "GIT_CONFIG*",
    "GIT_EXEC_PATH",
    "SSH_ASKPASS",
    "SUDO_ASKPASS",
    "EDITOR",
    "VISUAL",
    "PAGER",
    "BROWSER",
  ]),
  ...rows(place, [
    "PATH",
    "HOME",
    "SHELL",
    "USER",
    "LOGNAME",
    "PWD",
    "OLDPWD",
    "TMPDIR",
    "UID",
    "EUID",
    "PPID",
  ]),
  ...rows(own, ["BULKHEAD_*"]),
  ...rows(store, ["VAULT_TOKEN", "BAO_TOKEN"]),
  ...rows(workflow, ["ACTIONS_ID_TOKEN_REQUEST_*", "ACTIONS_RUNTIME_TOKEN"]),
  ...rows(unsettable, ["__PROTO__"]),
];

const exact = new Map<string, ReservedVariable>();
const prefixes: { readonly prefix: string; readonly row: ReservedVariable }[] = [];
for (const row of reservedVariables) {
  if (row.name.endsWith("*")) prefixes.push({ prefix: row.name.slice(0, -1), row });
  else exact.set(row.name, row);
}

/** The row that forbids this variable name, or null when it may be declared. */
export function reservedVariable(name: string): ReservedVariable | null {
  const upper = name.toUpperCase();
  return exact.get(upper) ?? prefixes.find(({ prefix }) => upper.startsWith(prefix))?.row ?? null;
}
