/**
 * What a command is: flags and arguments as data, and one function. Help, completion, the parser and docs/cli.md are made
 * from this declaration. Parsing ends before anything is done.
 */
import type { Context } from "./context.ts";

interface Common {
  readonly brief: string;
  /** One letter. */
  readonly short?: string;
}

export type Flag =
  | (Common & { readonly kind: "switch" })
  | (Common & { readonly kind: "text"; readonly placeholder: string; readonly default?: string })
  | (Common & { readonly kind: "list"; readonly placeholder: string })
  | (Common & { readonly kind: "number"; readonly placeholder: string; readonly default?: number })
  | (Common & { readonly kind: "choice"; readonly values: readonly string[]; readonly default?: string });

export type FlagSet = Readonly<Record<string, Flag>>;

type ValueOf<F extends Flag> = F extends { kind: "switch" }
  ? boolean
  : F extends { kind: "list" }
    ? readonly string[]
    : F extends { kind: "number" }
      ? F extends { default: number }
        ? number
        : number | undefined
      : F extends { kind: "choice"; values: readonly (infer V)[] }
        ? F extends { default: string }
          ? V
          : V | undefined
        : F extends { default: string }
          ? string
          : string | undefined;

export type FlagValues<F extends FlagSet> = { readonly [K in keyof F]: ValueOf<F[K]> };

export interface Argument {
  readonly name: string;
  readonly brief: string;
  readonly optional?: boolean;
  /** Takes all that follow; only the last one may. */
  readonly many?: boolean;
  /** Not in help: taken only to be refused with a reason. */
  readonly hidden?: boolean;
}

export interface Example {
  readonly line: string;
  readonly says: string;
}

export interface Invocation<F extends FlagSet> {
  readonly flags: FlagValues<F>;
  readonly args: readonly string[];
  /** What stands behind `--`. */
  readonly rest: readonly string[];
  readonly context: Context;
}

export interface CommandDeclaration<F extends FlagSet = FlagSet> {
  /** A paragraph or two beneath the brief line. */
  readonly details?: string;
  readonly flags: F;
  readonly args?: readonly Argument[];
  /** Flags that Vault's scripts write with one dash (`-config=FILE`): taken so too. */
  readonly singleDash?: readonly string[];
  /** Shown behind `--` in the usage; absent: nothing may follow `--`. */
  readonly rest?: string;
  readonly examples: readonly Example[];
  /** Exit codes beyond 0 (done), 1 (failed) and 2 (usage). */
  readonly exits?: Readonly<Record<string, string>>;
  /** The exit code in place of 1: `run` keeps 1 for its job. */
  readonly failure?: number;
  /** Gives the exit code; nothing means 0. */
  run(invocation: Invocation<F>): Promise<number | void>;
}

/** What a command file exports by default; its flags' types are known to its own `run` alone. */
export interface Command extends Omit<CommandDeclaration, "run"> {
  run(invocation: Invocation<FlagSet>): Promise<number | void>;
}

export function command<const F extends FlagSet>(declaration: CommandDeclaration<F>): Command {
  return {
    ...declaration,
    run: (invocation) => declaration.run(invocation as unknown as Invocation<F>),
  };
}

export const jsonFlag = { json: { kind: "switch", brief: "print JSON" } } as const satisfies FlagSet;

/** `--debug` and `--help` stand on every command. */
export const commonFlags = {
  debug: { kind: "switch", brief: "print the trace of an error" },
  help: { kind: "switch", short: "h", brief: "print this help" },
} as const satisfies FlagSet;

export interface CommandLine {
  /** `secret put` */
  readonly name: string;
  /** One line, lower case, no full stop. */
  readonly brief: string;
  readonly load: () => Promise<{ readonly default: Command }>;
}
