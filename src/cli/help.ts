/** Help texts, made from the declarations. */
import { version } from "../core/version.ts";
import { type Command, type CommandLine, type Flag, type FlagSet, commonFlags } from "./command.ts";
import { commands } from "./commands/index.ts";
import type { Output } from "./output.ts";

/** Every variable that Bulkhead reads for itself. */
export const environmentRows: readonly (readonly [string, string])[] = [
  ["BULKHEAD_ADDR", "the server, like http://127.0.0.1:8200; without it the local store is used"],
  ["BULKHEAD_TOKEN", "the token; else the one of `bulkhead login`, and on the local store its operator's"],
  ["BULKHEAD_CACERT", "PEM file of a CA to trust besides the system's"],
  ["BULKHEAD_ROLE_ID", "with BULKHEAD_SECRET_ID_FILE: the AppRole that runs log in with"],
  ["BULKHEAD_SECRET_ID_FILE", "file (0600) with a secret id of that AppRole"],
  ["BULKHEAD_ID_TOKEN", "an identity token of the platform, for runs where `identities:` declares one"],
  ["BULKHEAD_ID_TOKEN_FILE", "the file that holds it"],
  ["BULKHEAD_CHANGE_INTERVAL", "how often a run with `on-change:` looks for newer values (default: 30s)"],
  ["BULKHEAD_HOME", "folder of the local store (default: bulkhead in $XDG_DATA_HOME or ~/.local/share)"],
  ["BULKHEAD_PASSPHRASE_FILE", "file (0600) with the passphrase of a store that is sealed by one"],
  [
    "BULKHEAD_STORE_FILE",
    "file (0600) with the address of a PostgreSQL store, postgres://user:password@host/database",
  ],
  ["BULKHEAD_STORE", "that address itself, where a file is not possible"],
  ["BULKHEAD_DEV_ROOT_TOKEN", "root token for `bulkhead server --dev`"],
  ["NO_COLOR", "no colour"],
];

/** `--env DEV`, as usage and tables name it. */
export function flagForm(name: string, flag: Flag): string {
  const dashed = `--${kebab(name)}`;
  if (flag.kind === "switch") return dashed;
  return `${dashed} ${flag.kind === "choice" ? flag.values.join("|") : flag.placeholder.toUpperCase()}`;
}

export const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

export function usageLine({ name }: Pick<CommandLine, "name">, { args = [], rest, flags }: Command): string {
  const places = args
    .filter(({ hidden }) => hidden !== true)
    .map(({ name: arg, optional, many }) => {
      const form = `${arg.toUpperCase()}${many === true ? "…" : ""}`;
      return optional === true ? `[${form}]` : form;
    });
  const options = Object.keys(flags).length > 0 ? ["[flags]"] : [];
  const tail = rest === undefined ? [] : [`[-- ${rest}]`];
  return ["bulkhead", name, ...places, ...options, ...tail].join(" ");
}

export function flagRows(flags: FlagSet): readonly (readonly [string, string])[] {
  return Object.entries(flags).map(([name, flag]) => {
    const short = flag.short === undefined ? "" : `-${flag.short}, `;
    const fallback = "default" in flag && flag.default !== undefined ? ` (default: ${flag.default})` : "";
    const again = flag.kind === "list" ? " (may be repeated)" : "";
    return [`${short}${flagForm(name, flag)}`, `${flag.brief}${fallback}${again}`] as const;
  });
}

export function printHelp(out: Output, line: CommandLine, command: Command): void {
  const parts = [`${capital(line.brief)}.`, section(out, "usage", [usageLine(line, command)])];
  if (command.details !== undefined) parts.push(wrap(command.details));
  const args = (command.args ?? [])
    .filter(({ hidden }) => hidden !== true)
    .map(({ name, brief }) => [name.toUpperCase(), brief] as const);
  if (args.length > 0) parts.push(section(out, "arguments", columns(args)));
  parts.push(section(out, "flags", columns(flagRows({ ...command.flags, ...commonFlags }))));
  parts.push(section(out, "examples", columns(command.examples.map(({ line: text, says }) => [text, says]))));
  const exits = Object.entries(command.exits ?? {}).map(([code, says]) => [code, says] as const);
  if (exits.length > 0)
    parts.push(
      section(out, "exit codes", columns([["0", "done"], ["1", "failed"], ["2", "wrong usage"], ...exits])),
    );
  out.print(parts.join("\n\n"));
}

/** Everything, or the commands of one group. */
export function printOverview(out: Output, group: string): void {
  const lines = commands.filter(({ name }) => group === "" || name.startsWith(`${group} `));
  const rows = lines.map(({ name, brief }) => [name, brief] as const);
  const head =
    group === ""
      ? [
          `Bulkhead ${version}: keeps a pipeline's credentials in compartments.`,
          section(out, "usage", ["bulkhead COMMAND [flags]"]),
        ]
      : [section(out, "usage", [`bulkhead ${group} COMMAND [flags]`])];
  const parts = [...head, section(out, "commands", columns(rows))];
  if (group === "")
    parts.push(
      section(
        out,
        "start here",
        columns([
          ["bulkhead check", "what stands open in this repository, on one page"],
          ["bulkhead init", "write bulkhead.yaml for this project"],
          ["bulkhead COMMAND --help", "flags and examples of one command"],
        ]),
      ),
      section(out, "environment", columns(environmentRows)),
    );
  out.print(parts.join("\n\n"));
}

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

function section(out: Output, title: string, lines: readonly string[]): string {
  return `${out.style("bold", title.toUpperCase())}\n${lines.map((line) => `  ${line}`).join("\n")}`;
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.min(44, Math.max(...rows.map(([left]) => left.length)));
  return rows.flatMap(([left, right]) =>
    left.length > width ? [left, `${" ".repeat(width)}  ${right}`] : [`${left.padEnd(width)}  ${right}`],
  );
}

function wrap(text: string, width = 96): string {
  return text
    .split("\n")
    .map((line) => line.replace(new RegExp(`(.{1,${width}})(\\s+|$)`, "g"), "$1\n").trimEnd())
    .join("\n");
}
