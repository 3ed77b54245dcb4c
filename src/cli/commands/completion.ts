import { BulkheadError } from "../../core/errors.ts";
import { type Command, type FlagSet, command, commonFlags } from "../command.ts";
import { type Shell, type Words, scripts } from "../completion/index.ts";
import { kebab } from "../help.ts";
import { commands } from "./index.ts";

export default command({
  details:
    "Made from the commands' own declarations. It completes commands, flags and their choices; it asks nothing of the store.",
  flags: {},
  args: [{ name: "shell", brief: "bash, zsh or fish" }],
  examples: [
    { line: 'eval "$(bulkhead completion bash)"', says: "in ~/.bashrc" },
    { line: "bulkhead completion zsh > ~/.zfunc/_bulkhead", says: "with ~/.zfunc in fpath" },
    { line: "bulkhead completion fish > ~/.config/fish/completions/bulkhead.fish", says: "for fish" },
  ],
  async run({ args: [shell = ""], context }) {
    if (!Object.hasOwn(scripts, shell))
      throw new BulkheadError("usage.invalid", {
        problem: `SHELL is one of ${Object.keys(scripts).join(", ")}`,
        command: "completion",
      });
    const words = await Promise.all(
      commands.map(async ({ name, brief, load }) => ({
        name,
        brief,
        flags: flagsOf((await load()).default),
      })),
    );
    context.out.print(scripts[shell as Shell](words));
  },
});

function flagsOf({ flags }: Command): Words["flags"] {
  const all: FlagSet = { ...flags, ...commonFlags };
  return Object.entries(all).map(([name, flag]) => ({
    name: `--${kebab(name)}`,
    brief: flag.brief,
    values: flag.kind === "choice" ? flag.values : null,
    takesValue: flag.kind !== "switch",
  }));
}
