/**
 * The CLI: finds the command, parses, runs it, says what went wrong, gives the exit code. Commands are loaded lazily: each
 * invocation reads only the code it needs.
 */
import { dirname } from "node:path";
import { BulkheadError, nearest } from "../core/errors.ts";
import type { CommandLine } from "./command.ts";
import { commands } from "./commands/index.ts";
import { Context } from "./context.ts";
import { Output } from "./output.ts";

/** Sets the exit code; never throws, never leaves a trace unless asked. */
export async function main(argv: readonly string[]): Promise<void> {
  quietPipes();
  process.on("SIGUSR1", () => {}); // where Node was started without --disable-sigusr1: no debugger by signal
  returnToCaller();
  const dashes = argv.indexOf("--");
  const own = dashes === -1 ? argv : argv.slice(0, dashes);
  const debug = own.includes("--debug");
  const out = new Output({ stdout: process.stdout, stderr: process.stderr, env: process.env, debug });
  const context = new Context({ env: process.env, out });
  const words = own.filter((word) => word !== "--debug");
  let where = "cli";
  let failure = 1;
  try {
    const { line, name, inputs } = route(words);
    where = name || "help";
    if (line === null) {
      const { printOverview } = await import("./help.ts");
      printOverview(out, name);
      process.exitCode = inputs.length === 0 && name !== "" ? 2 : 0;
      return;
    }
    const { default: command } = await line.load();
    failure = command.failure ?? 1;
    if (inputs.includes("--help") || inputs.includes("-h")) {
      const { printHelp } = await import("./help.ts");
      printHelp(out, line, command);
      return;
    }
    const rest = dashes === -1 ? [] : argv.slice(dashes + 1);
    if (dashes !== -1 && command.rest === undefined)
      throw new BulkheadError("usage.invalid", { problem: "nothing may follow `--` here", command: name });
    const { parseArguments } = await import("./parse.ts");
    const { flags, args } = await parseArguments(command, name, doubleDashed(inputs, command.singleDash));
    const code = await command.run({ flags, args, rest, context } as Parameters<typeof command.run>[0]);
    process.exitCode = code ?? 0;
  } catch (error) {
    const code = out.error(error, where);
    process.exitCode = code === 1 ? failure : code;
  } finally {
    await context.close();
  }
}

function doubleDashed(inputs: readonly string[], names: readonly string[] = []): readonly string[] {
  const known = (word: string): boolean =>
    names.some((name) => word === `-${name}` || word.startsWith(`-${name}=`));
  return inputs.map((word) => (known(word) ? `-${word}` : word));
}

interface Route {
  /** null: help for `name`, or for everything. */
  readonly line: CommandLine | null;
  readonly name: string;
  readonly inputs: readonly string[];
}

/** `secret put x --env dev` → the line of `secret put` and `[x, --env, dev]`. Throws `cli.unknown-command`. */
function route(words: readonly string[]): Route {
  const [first = "", second = "", third = ""] = words;
  if (first === "" || first === "--help" || first === "-h") return { line: null, name: "", inputs: words };
  if (first === "--version" || first === "-V") return route(["version", ...words.slice(1)]);
  if (first === "help") {
    const asked = words.slice(1).join(" ");
    if (asked === "" || asked === "--help" || asked === "-h") return { line: null, name: "", inputs: words };
    return route([...words.slice(1), "--help"]);
  }
  const name = [`${first} ${second} ${third}`, `${first} ${second}`, first].find((one) =>
    commands.some((line) => line.name === one),
  );
  const line = commands.find((one) => one.name === name);
  if (line !== undefined) return { line, name: line.name, inputs: words.slice(line.name.split(" ").length) };
  const group = commands.filter((one) => one.name.startsWith(`${first} `));
  if (group.length > 0 && (second === "" || second.startsWith("-")))
    return { line: null, name: first, inputs: words.slice(1) };
  throw unknown(first, second, group);
}

function unknown(first: string, second: string, group: readonly CommandLine[]): BulkheadError {
  if (group.length > 0) {
    const near = nearest(
      second,
      group.map((one) => one.name.slice(first.length + 1)),
    );
    return refuse(`${first} ${shown(second)}`, near === null ? null : `${first} ${near}`);
  }
  const known = new Set(commands.flatMap((one) => [one.name.split(" ")[0] ?? ""]));
  return refuse(shown(first), nearest(first, [...known]));
}

const shown = (word: string): string => (word.length > 26 ? `${word.slice(0, 8)}…` : word);

function refuse(name: string, near: string | null): BulkheadError {
  const hint = near === null ? "`bulkhead help` lists the commands" : `did you mean \`bulkhead ${near}\`?`;
  return new BulkheadError("cli.unknown-command", { name }, { hint });
}

/**
 * A reader that went away (`| head`) is no error, any other failure is; nobody can be told that standard error is broken. While a
 * job runs its output listens itself: the job gets its SIGPIPE, and the run must still be ended, its token revoked.
 */
function quietPipes(): void {
  process.stderr.on("error", () => undefined);
  let told = false;
  process.stdout.on("error", ({ code = "unknown" }: NodeJS.ErrnoException) => {
    if (code !== "EPIPE" && !told)
      process.stderr.write(`bulkhead: error: cannot write standard output: ${code}\n`);
    told = true;
    if (process.stdout.listenerCount("error") === 1)
      process.exit(code === "EPIPE" ? (process.exitCode ?? 0) : 1);
  });
}

/** npm starts scripts in the package's folder; relative paths mean the folder the user stands in. */
function returnToCaller(): void {
  const { INIT_CWD, npm_lifecycle_event } = process.env;
  if (INIT_CWD === undefined || npm_lifecycle_event !== "bulkhead") return;
  const packageRoot = dirname(dirname(import.meta.dirname)); // src/cli and dist/lib alike
  if (process.cwd() === packageRoot) process.chdir(INIT_CWD);
}
