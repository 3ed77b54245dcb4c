import { command } from "../../command.ts";
import { type HookName, installHook } from "../../git-hook.ts";

export default command({
  details:
    "Makes git scan what is about to be committed, and stop the commit where a key is in it. A hook that was there before still runs, first. With --push what is about to be pushed is scanned as well.",
  flags: { push: { kind: "switch", brief: "scan at each push too" } },
  examples: [{ line: "bulkhead hook install", says: "in this repository" }],
  async run({ flags, context }) {
    const names: readonly HookName[] = flags.push ? ["pre-commit", "pre-push"] : ["pre-commit"];
    for (const name of names) {
      const { path, kept } = installHook(context.cwd, name);
      context.out.note(`wrote ${path}${kept ? "; the hook that was there runs first" : ""}`);
    }
    context.out.hint("`git commit --no-verify` goes past it: `bulkhead scan --ci` sees what did");
  },
});
