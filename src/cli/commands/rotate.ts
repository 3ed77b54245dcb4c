import { formatDuration } from "../../core/duration.ts";
import { providerById } from "../../providers/lookup.ts";
import { command, jsonFlag } from "../command.ts";
import type { Context } from "../context.ts";
import { carryOut } from "../rotate/carry-out.ts";
import { type Selected, select } from "../rotate/select.ts";
import { exitOf } from "../rotate/shown.ts";

export default command({
  details:
    "Makes a new value at the provider, proves that it works, makes it current, runs the stages' declared checks with it, lets the old one live for its grace period, revokes it and proves that it is refused. Environments without production come first; the next one begins when the one before stands. What only a person can do is asked for, step by step. A crash at any point is gone on from, or cleaned up, by `bulkhead rotate continue`.",
  flags: {
    env: { kind: "text", short: "e", placeholder: "environment", brief: "in this environment only" },
    all: { kind: "switch", brief: "every stored secret of the declaration" },
    due: { kind: "switch", brief: "whatever is due" },
    stage: { kind: "text", short: "s", placeholder: "stage", brief: "what this stage uses" },
    owner: { kind: "text", placeholder: "owner", brief: "what this owner answers for" },
    provider: { kind: "text", placeholder: "provider", brief: "this provider's" },
    finding: {
      kind: "text",
      placeholder: "id",
      brief: "the secret that a scan found; the old value gets no grace",
    },
    grace: {
      kind: "text",
      placeholder: "duration",
      brief: "how long the old value lives on, in place of the declared time",
    },
    oldId: {
      kind: "text",
      placeholder: "id",
      brief: "what the provider calls the old key, where it cannot be told",
    },
    reason: {
      kind: "text",
      placeholder: "text",
      default: "on demand",
      brief: "why; it is kept with the rotation",
    },
    jobs: { kind: "number", short: "j", placeholder: "n", default: 4, brief: "secrets at once" },
    dryRun: { kind: "switch", brief: "show what would be rotated and how, and do nothing" },
    ...jsonFlag,
  },
  args: [{ name: "secret", brief: "a secret of bulkhead.yaml", optional: true }],
  examples: [
    { line: "bulkhead rotate openai", says: "in every environment, production last" },
    { line: "bulkhead rotate hub --env prod", says: "guided, where only a person can make the new one" },
    { line: "bulkhead rotate --finding 3f9a0c", says: "what a scan found, at once" },
    { line: "bulkhead rotate --due", says: "whatever is due (from cron)" },
  ],
  exits: {
    1: "one of them failed; its old value is still the one in use, unless the rotation says otherwise",
    4: "one of them waits for somebody, or for another try",
  },
  async run({ flags, args: [secret], context }) {
    const selected = await select(context, secret, flags);
    if (flags.dryRun) return dryRun(context, selected, flags.json);
    const { reason, grace, oldId, jobs } = flags;
    const { rotations, verdicts } = await carryOut(context, selected, {
      ...{ reason, grace, oldId, jobs },
      lenient: secret === undefined || flags.env === undefined,
    });
    if (selected.finding !== "" && rotations.length > 0 && rotations.every(({ state }) => state === "done")) {
      const { client } = await context.api();
      await client.write(`bulkhead/findings/entries/${selected.finding}/close`, {
        resolution: "rotated",
        note: `rotation ${rotations.map(({ id }) => id).join(", ")}`,
      });
    }
    if (flags.json) context.out.json(rotations);
    else if (rotations.length === 0 && verdicts.length === 0) context.out.note("nothing to rotate");
    return exitOf(verdicts);
  },
});

function dryRun({ out }: Context, { manifest, targets }: Selected, json: boolean): undefined {
  const rows = targets.flatMap(({ secret, environments }) =>
    environments.map(({ name }) => {
      const { rotate, provider = "" } = secret;
      const known = providerById(provider);
      const calls = known?.rotate.calls?.find(({ mint }) => mint !== undefined);
      const how =
        rotate.script !== undefined
          ? `script ${rotate.script}`
          : rotate.webhook !== undefined
            ? `webhook ${rotate.webhook}`
            : calls !== undefined
              ? `api ${rotate.url ?? calls.base}`
              : known?.rotate.driver !== undefined
                ? `driver ${known.rotate.driver}${rotate.url === undefined ? "" : ` ${rotate.url}`}`
                : `person ${known?.rotate.page ?? ""}`.trim();
      const checks = manifest.stages.filter(
        ({ check, use }) => check !== undefined && use.some((one) => one.secret === secret.name),
      );
      return {
        ...{ secret: secret.name, environment: name, provider, how, with: rotate.with ?? "" },
        grace: formatDuration(rotate.grace ?? 3_600_000),
        checks: checks.map((stage) => stage.name),
      };
    }),
  );
  if (json) out.json(rows);
  else
    out.table(
      ["secret", "environment", "how", "minted with", "grace", "checks"],
      rows.map((row) => [
        row.secret,
        row.environment,
        row.how,
        row.with || "-",
        row.grace,
        row.checks.join(", ") || "-",
      ]),
    );
}
