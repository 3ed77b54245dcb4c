/** Arguments of one command → flags and arguments, by stricli. What people typed is not repeated in messages: it may be a value. */
import {
  ArgumentScannerError,
  type CommandContext,
  type TypedCommandParameters,
  buildApplication,
  buildCommand,
  formatMessageForArgumentScannerError,
  numberParser,
  run,
  text_en,
} from "@stricli/core";
import { BulkheadError } from "../core/errors.ts";
import { type Command, type Flag, type FlagSet, commonFlags } from "./command.ts";

export interface Parsed {
  readonly flags: Readonly<Record<string, unknown>>;
  readonly args: readonly string[];
}

const text = (value: string): string => value;

function parameter(flag: Flag): Record<string, unknown> {
  const { brief } = flag;
  if (flag.kind === "switch") return { kind: "boolean", brief, default: false, withNegated: false };
  if (flag.kind === "list")
    return {
      kind: "parsed",
      brief,
      parse: text,
      placeholder: flag.placeholder,
      optional: true,
      variadic: true,
    };
  const fallback = flag.default === undefined ? { optional: true } : { default: String(flag.default) };
  if (flag.kind === "choice") return { kind: "enum", brief, values: flag.values, ...fallback };
  const parse = flag.kind === "number" ? numberParser : text;
  return { kind: "parsed", brief, parse, placeholder: flag.placeholder, ...fallback };
}

function parameters({
  flags,
  args = [],
}: Command): TypedCommandParameters<Record<string, unknown>, string[], CommandContext> {
  const all: FlagSet = { ...flags, debug: commonFlags.debug }; // main answers --help before it parses
  const positional = args.map(({ name, brief, optional }) => ({
    brief,
    placeholder: name,
    parse: text,
    ...(optional === true && { optional: true }),
  }));
  const last = args.at(-1);
  const aliases = Object.entries(all).flatMap(([name, { short }]) =>
    short === undefined ? [] : [[short, name]],
  );
  return {
    flags: Object.fromEntries(Object.entries(all).map(([name, flag]) => [name, parameter(flag)])),
    aliases: Object.fromEntries(aliases),
    positional:
      last?.many === true
        ? {
            kind: "array",
            parameter: positional[0],
            minimum: args.filter(({ optional }) => optional !== true).length,
          }
        : { kind: "tuple", parameters: positional },
  } as unknown as TypedCommandParameters<Record<string, unknown>, string[], CommandContext>;
}

/** A flag's name as typed; of one that is too long to be one, its beginning. */
function shortName(input: string): string {
  const [name = ""] = input.split("=", 1);
  return name.length > 26 ? `${name.slice(0, 10)}…` : name;
}

function problemOf(error: unknown): string {
  if (!(error instanceof ArgumentScannerError)) return "these arguments cannot be read";
  return formatMessageForArgumentScannerError(error, {
    FlagNotFoundError: ({ input, corrections }) =>
      `no flag --${shortName(input.replace(/^-+/, ""))}${corrections.length > 0 ? `, did you mean ${corrections.map((one) => `--${one.replace(/^--/, "")}`).join(" or ")}?` : ""}`,
    AliasNotFoundError: ({ input }) => `no flag -${input.slice(0, 1)}`,
    ArgumentParseError: ({ externalFlagNameOrPlaceholder }) =>
      `${externalFlagNameOrPlaceholder} cannot be read`,
    EnumValidationError: ({ externalFlagName, values }) =>
      `--${externalFlagName} is one of ${values.join(", ")}`,
    UnsatisfiedFlagError: ({ externalFlagName }) => `--${externalFlagName} needs a value`,
    UnexpectedFlagError: ({ externalFlagName }) => `--${externalFlagName} is given twice`,
    UnexpectedPositionalError: ({ expectedCount }) =>
      expectedCount === 0 ? "no argument is expected here" : `at most ${expectedCount} may be given here`,
    UnsatisfiedPositionalError: ({ placeholder }) => `${placeholder.toUpperCase()} is missing`,
  });
}

/** Throws `usage.invalid`. `name` is the command's, for the hint. */
export async function parseArguments(
  command: Command,
  name: string,
  inputs: readonly string[],
): Promise<Parsed> {
  let parsed: Parsed | null = null;
  let failure: unknown = null;
  const target = buildCommand<Record<string, unknown>, string[]>({
    docs: { brief: name },
    parameters: parameters(command),
    func: (flags, ...args) => {
      parsed = { flags, args: args.filter((one) => one !== undefined) };
    },
  });
  const quiet = { write: () => true };
  const app = buildApplication(target, {
    name: "bulkhead",
    scanner: { caseStyle: "allow-kebab-for-camel" },
    localization: {
      text: {
        ...text_en,
        exceptionWhileParsingArguments: (error) => {
          failure = error;
          return "";
        },
      },
    },
  });
  await run(app, inputs, { process: { stdout: quiet, stderr: quiet, env: {} } });
  const done = parsed as Parsed | null;
  if (done === null) throw new BulkheadError("usage.invalid", { problem: problemOf(failure), command: name });
  const lists = Object.entries(command.flags).filter(([, { kind }]) => kind === "list");
  return {
    ...done,
    flags: { ...Object.fromEntries(lists.map(([flag]) => [flag, []])), ...defined(done.flags) },
  };
}

const defined = (flags: Parsed["flags"]): Parsed["flags"] =>
  Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
