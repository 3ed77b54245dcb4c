import { join } from "node:path";
import {
  describeHook,
  isAsShipped,
  joined,
  newHooks,
  startupHooks,
  withSystemOwners,
} from "../../../run/tripwire/index.ts";
import { hookList, writeHookList } from "../../approved-hooks.ts";
import { command } from "../../command.ts";
import { count } from "../../output.ts";
import { tripwirePlace } from "../../tripwire.ts";

export default command({
  details:
    "Shows what is new and asks. --commit writes .bulkhead/hooks.json instead of your own list: it is reviewed with the code, holds for everybody and in CI, and what it does not name stops a run from the start.",
  flags: {
    stage: { kind: "text", short: "s", placeholder: "stage", brief: "of this stage's command only" },
    commit: { kind: "switch", brief: "write the repository's own list" },
    yes: { kind: "switch", short: "y", brief: "without asking" },
  },
  rest: "COMMAND…",
  examples: [
    { line: "bulkhead tripwire approve", says: "after you looked at what `bulkhead tripwire list` shows" },
  ],
  async run({ flags, rest, context }) {
    const { out } = context;
    const { project, folder, searches } = await tripwirePlace(context, flags.stage, rest);
    const seen = joined(await Promise.all(searches.map(startupHooks)));
    const report = { ...seen, hooks: await withSystemOwners(seen.hooks) };
    const found = hookList(context, project, folder);
    const list =
      flags.commit && !found.committed
        ? { path: join(folder, ".bulkhead", "hooks.json"), committed: true, approved: null, folders: [] }
        : found;
    const fresh = newHooks(report, list.approved ?? []).filter((hook) => !isAsShipped(hook));
    for (const hook of fresh) out.note(describeHook(hook));
    if (
      fresh.length > 0 &&
      !flags.yes &&
      !(await (await context.input()).confirm(`Approve ${count(fresh.length, "start-up hook")}?`))
    ) {
      out.hint("nothing was approved; with --yes it is done without asking");
      return 1;
    }
    writeHookList(list, report, list.approved ?? []);
    out.note(fresh.length === 0 ? `nothing is new; ${list.path} is up to date` : `approved in ${list.path}`);
    return 0;
  },
});
