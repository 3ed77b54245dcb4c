import { credentialsOf } from "../../inventory/index.ts";
import { type Assessment, LEVELS, type Level, assess } from "../../inventory/maturity/index.ts";
import { KV_MOUNT } from "../../manifest/index.ts";
import { command, jsonFlag } from "../command.ts";
import type { Context } from "../context.ts";
import { listed } from "../../client/lists.ts";
import { gatherFacts } from "../inventory/facts.ts";
import { type Output, plain } from "../output.ts";
import { findProject } from "../project.ts";
import { inReach } from "../receipts.ts";
import { shortTime } from "../secrets.ts";

const IDLE = 90 * 86_400_000;

interface Before {
  readonly level: Level;
  readonly time: string;
}

export default command({
  details:
    "Four levels: 1 ad hoc, 2 centralized, 3 dynamic, 4 zero trust. A level is reached where each of its marks holds, and each mark names the evidence that it stands on: a scan of this folder, the store, the declaration, receipts, the audit log and the CI audit. What nothing tells is unknown and does not count. Nothing is sent; --record keeps the result in the store, for the trend.",
  flags: {
    record: { kind: "switch", brief: "keep it in the store" },
    audit: { kind: "list", placeholder: "folder", brief: "audit log folders, in place of the local store's" },
    ...jsonFlag,
  },
  examples: [
    { line: "bulkhead maturity", says: "the level, with evidence and the next step" },
    { line: "bulkhead maturity --record", says: "once a week, for the trend" },
  ],
  async run({ flags, context }) {
    const { evidenceIn } = await import("../maturity/evidence.ts");
    const project = await findProject(context);
    const { facts, gaps } = await gatherFacts(context, { folders: flags.audit });
    const name = project?.manifest.project ?? null;
    const credentials = credentialsOf(facts, { idle: IDLE, mount: KV_MOUNT }).filter(
      (one) => name !== null && one.project === name,
    );
    const assessment = assess({
      inventory: facts,
      project: facts.projects.find((one) => one.name === name) ?? null,
      credentials,
      ...(await evidenceIn(project?.folder ?? context.cwd, context)),
    });
    const before = name === null ? [] : await trendOf(context, name);
    if (flags.record && name !== null) await record(context, name, assessment);
    const { out } = context;
    for (const gap of gaps) out.warn(gap);
    if (flags.record && name === null) out.warn("there is no bulkhead.yaml here: nothing was recorded");
    if (flags.json) out.json({ project: name, ...assessment, before });
    else print(assessment, before, out);
  },
});

async function trendOf(context: Context, project: string): Promise<Before[]> {
  if (!inReach(context)) return [];
  const { client } = await context.api();
  const found = await listed<Before>(client, "bulkhead/inventory/maturity", { query: { project } });
  return [...(found?.info.values() ?? [])].map(({ level, time }) => ({ level, time }));
}

async function record(context: Context, project: string, { level, marks }: Assessment): Promise<void> {
  const { client } = await context.api();
  const kept = marks.map((mark) => ({ id: mark.id, level: mark.level, holds: mark.holds }));
  await client.write("bulkhead/inventory/maturity", { project, level, marks: kept });
}

const SIGNS = { true: "yes", false: "no", null: "unknown" } as const;

function print({ level, title, marks, next }: Assessment, before: readonly Before[], out: Output): void {
  out.print(`${out.style("bold", `level ${level} of 4: ${title}`)}\n`);
  out.table(
    ["level", "mark", "holds", "evidence"],
    marks.map((mark) => [
      `${mark.level} ${LEVELS[mark.level]}`,
      mark.title,
      SIGNS[String(mark.holds) as keyof typeof SIGNS],
      mark.evidence,
    ]),
  );
  if (before.length > 0)
    out.print(
      `\nbefore: ${before
        .slice(-8)
        .map((one) => `${shortTime(one.time).slice(0, 10)} level ${one.level}`)
        .join(", ")}`,
    );
  if (next !== null) out.hint(`next: ${next.title}: ${next.next} (${plain(next.evidence)})`);
}
