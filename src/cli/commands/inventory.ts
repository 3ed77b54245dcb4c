import { parseDuration } from "../../core/duration.ts";
import {
  type Credential,
  credentialCells,
  credentialFormats,
  credentialsOf,
  plainCredential,
} from "../../inventory/index.ts";
import { KV_MOUNT } from "../../manifest/index.ts";
import { command, jsonFlag } from "../command.ts";
import type { Context } from "../context.ts";
import { gatherFacts } from "../inventory/facts.ts";
import { count } from "../output.ts";

/** Each flag shows those that have the mark; several together show those that have one of them. */
const MARKS = {
  unused: "unused",
  ownerless: "ownerless",
  overdue: "overdue",
  shared: "shared",
  overPowered: "over-powered",
  personal: "personal",
  leaked: "leaked",
  undeclared: "undeclared",
} as const;

const mark = (brief: string) => ({ kind: "switch", brief }) as const;

export default command({
  details:
    "Every credential with kind, purpose, owner, environment, stages, who was given it, age, last use, when it is to be replaced, what it opens, and where else it stands: recorded findings, the recorded CI inventory, what was pushed. Last use comes from the audit log (read once, then only what is new) and from proved receipts; where neither says anything it is unknown. No value is read, unless --ask sends keys to their providers (GitHub, GitLab, Hugging Face, Slack, Airtable, Replicate), which say what each may do.",
  flags: {
    unused: mark("those that no stage uses, or that were not used for --idle"),
    ownerless: mark("those that nobody answers for"),
    overdue: mark("those that are older than they may be"),
    shared: mark("those that several stages use"),
    overPowered: mark("those that may do more than `allow:` says"),
    personal: mark("a person's keys where no person runs"),
    leaked: mark("those that a scan found somewhere"),
    undeclared: mark("stored ones that no project declares"),
    idle: {
      kind: "text",
      placeholder: "duration",
      default: "90d",
      brief: "without use for so long counts as unused",
    },
    project: { kind: "text", placeholder: "project", brief: "of this project only" },
    env: { kind: "text", short: "e", placeholder: "environment", brief: "in this environment only" },
    stage: { kind: "text", short: "s", placeholder: "stage", brief: "that this stage uses" },
    owner: { kind: "text", placeholder: "owner", brief: "that this owner answers for" },
    provider: { kind: "text", placeholder: "provider", brief: "of this provider only" },
    ask: {
      kind: "switch",
      brief: "send each key to its own provider and keep what it says that the key may do",
    },
    audit: { kind: "list", placeholder: "folder", brief: "audit log folders, in place of the local store's" },
    format: { kind: "choice", values: ["csv", "markdown"], brief: "print another form" },
    ...jsonFlag,
  },
  examples: [
    { line: "bulkhead inventory", says: "all there is" },
    { line: "bulkhead inventory --unused --ownerless", says: "what could go" },
    { line: "bulkhead inventory --env prod --format csv", says: "as a sheet" },
    { line: "bulkhead inventory --ask --over-powered", says: "what keys may do against what is declared" },
  ],
  async run({ flags, context }) {
    const options = { idle: parseDuration(flags.idle), mount: KV_MOUNT };
    const gathered = await gatherFacts(context, { folders: flags.audit });
    const { gaps } = gathered;
    let { facts } = gathered;
    if (flags.ask) {
      const { askProviders } = await import("../inventory/ask.ts");
      const scope = credentialsOf(facts, options).filter(
        (one) =>
          (flags.project === undefined || one.project === flags.project) &&
          (flags.env === undefined || one.environment === flags.env),
      );
      const { client } = await context.api();
      const rights = await askProviders(scope, client, { failed: (said) => void context.out.warn(said) });
      facts = { ...facts, rights: [...facts.rights, ...rights] };
    }
    const wanted = (Object.keys(MARKS) as (keyof typeof MARKS)[])
      .filter((name) => flags[name])
      .map((name) => MARKS[name] as string);
    const shown = credentialsOf(facts, options).filter(
      (one) =>
        (wanted.length === 0 || one.flags.some(({ id }) => wanted.includes(id))) &&
        (flags.project === undefined || one.project === flags.project) &&
        (flags.env === undefined || one.environment === flags.env) &&
        (flags.stage === undefined || one.stages.includes(flags.stage)) &&
        (flags.owner === undefined || one.owner === flags.owner) &&
        (flags.provider === undefined || one.provider === flags.provider),
    );
    const { out } = context;
    if (flags.json) out.json(shown.map((one) => plainCredential(one, facts.now)));
    else if (flags.format !== undefined) out.print(credentialFormats[flags.format](shown, facts.now));
    else print(shown, facts.now, context);
    if (!flags.json && flags.format === undefined) tell(shown, gaps, context);
    else for (const gap of gaps) out.warn(gap);
  },
});

function print(shown: readonly Credential[], now: number, { out }: Context): void {
  if (shown.length === 0) return;
  const head = ["credential", "environment", "kind", "owner", "stages", "age", "last use", "due"] as const;
  out.table(
    [...head, "notes"],
    shown.map((one) => {
      const cells = credentialCells(one, now);
      const notes = [
        ...one.flags.map(({ id, why }) => `${id}: ${why}`),
        ...(one.leases === null ? [] : [count(one.leases, "living lease")]),
      ];
      return [...head.map((name) => cells[name] || "-"), notes.join("; ")];
    }),
  );
}

function tell(shown: readonly Credential[], gaps: readonly string[], { out }: Context): void {
  for (const gap of gaps) out.warn(gap);
  const marked = shown.filter(({ flags }) => flags.length > 0).length;
  out.note(`${count(shown.length, "credential")}, ${marked} with something to look at`);
  const gone = shown.find(
    ({ flags, storage, version }) =>
      storage === "stored" && version !== null && flags.some(({ id }) => id === "unused"),
  );
  if (gone !== undefined)
    out.hint(
      gone.environment === null
        ? `bulkhead secret retire ${gone.id} makes it unusable, and can be undone`
        : `bulkhead secret retire ${gone.name} --env ${gone.environment} makes it unusable, and can be undone`,
    );
}
