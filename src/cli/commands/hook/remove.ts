import { command } from "../../command.ts";
import { HOOKS, type HookName, removeHook } from "../../git-hook.ts";

export default command({
  details: "Takes Bulkhead's hooks away; a hook that was there before stands in its place again.",
  flags: {},
  examples: [{ line: "bulkhead hook remove", says: "in this repository" }],
  async run({ context }) {
    const gone = (Object.keys(HOOKS) as HookName[]).filter((name) => removeHook(context.cwd, name));
    context.out.note(
      gone.length === 0 ? "there is no hook of Bulkhead's here" : `took ${gone.join(" and ")} away`,
    );
  },
});
