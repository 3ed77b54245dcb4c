import {
  OUT_OF_REACH,
  type StartupHook,
  isAsShipped,
  isOfNewFolder,
  joined,
  newHooks,
  startupHooks,
  withSystemOwners,
} from "../../../run/tripwire/index.ts";
import { hookList } from "../../approved-hooks.ts";
import { command, jsonFlag } from "../../command.ts";
import { tripwirePlace } from "../../tripwire.ts";

const NOTES = {
  unchanged: ", as the system's package brought it",
  changed: ", changed since it was installed",
};

export default command({
  details:
    "Start-up hooks are files and settings that Python, Node, the loader, npm and pip obey before a job's first line: code in `.pth` files, `.start` files, sitecustomize, LD_PRELOAD and the like. Each is shown with the package that brought it. `bulkhead run` stops where one is new.",
  flags: {
    stage: { kind: "text", short: "s", placeholder: "stage", brief: "of this stage's command only" },
    ...jsonFlag,
  },
  rest: "COMMAND…",
  examples: [
    { line: "bulkhead tripwire list", says: "for the commands of all stages" },
    { line: "bulkhead tripwire list -- .venv/bin/python train.py", says: "for one command" },
  ],
  exits: { 3: "there is one that nobody approved" },
  async run({ flags, rest, context }) {
    const { out } = context;
    const { project, folder, searches } = await tripwirePlace(context, flags.stage, rest);
    const seen = joined(await Promise.all(searches.map(startupHooks)));
    const hooks = await withSystemOwners(seen.hooks);
    const report = { ...seen, hooks };
    const { interpreters } = report;
    const list = hookList(context, project, folder);
    const fresh = new Set(newHooks(report, list.approved ?? []).filter((hook) => !isAsShipped(hook)));
    const unknown = (hook: StartupHook): boolean =>
      list.approved === null || (!list.committed && isOfNewFolder(hook, list.folders));
    const state = (hook: StartupHook): string =>
      hook.harmless !== undefined || isAsShipped(hook)
        ? "harmless"
        : fresh.has(hook)
          ? unknown(hook)
            ? "not yet seen"
            : "new"
          : "approved";
    const unseen = [...report.unseen, OUT_OF_REACH];
    if (flags.json)
      out.json({
        hooks: hooks.map((hook) => ({ ...hook, state: state(hook) })),
        interpreters,
        unseen,
        list: list.approved === null ? null : list.path,
      });
    else {
      if (hooks.length === 0) out.note("no start-up hook");
      else
        out.table(
          ["hook", "brought by", "what it does", "state"],
          hooks.map((hook) => [
            hook.place,
            hook.owner === null ? "nobody says" : `${hook.owner.package} ${hook.owner.version}`,
            hook.harmless ?? `${hook.effect}${hook.installed === undefined ? "" : NOTES[hook.installed]}`,
            state(hook),
          ]),
        );
      for (const reason of unseen) out.note(`not seen: ${reason}`);
    }
    return [...fresh].some((hook) => !unknown(hook)) ? 3 : 0;
  },
});
