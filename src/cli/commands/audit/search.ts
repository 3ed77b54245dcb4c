import { existsSync } from "node:fs";
import { type AuditQuery, type AuditRecord, matches, readAuditLog } from "../../../audit-log/index.ts";
import { BulkheadError } from "../../../core/errors.ts";
import { printer, timeOf } from "../../audit-lines.ts";
import { command, jsonFlag } from "../../command.ts";
import type { Context } from "../../context.ts";
import { count } from "../../output.ts";
import { readPrivateFile } from "../../private-file.ts";

/** What runs and identities put into a token; each is a flag of its own. */
const METADATA = [
  "run",
  "job",
  "commit",
  "ref",
  "actor",
  "workflow",
  "project",
  "stage",
  "environment",
] as const;

const metadataFlag = (name: string) =>
  ({ kind: "text", placeholder: "value", brief: `the token's ${name}` }) as const;

export default command({
  details:
    "Reads all segments (compressed parts too) in the order of time, without holding them in memory; every condition given must hold. --value-from computes the keyed hash of a value and finds where it stood, so that one learns who was given a leaked value without the log ever holding it.",
  flags: {
    since: { kind: "text", placeholder: "time", brief: "from then on: a date, or a span back from now (2h)" },
    until: { kind: "text", placeholder: "time", brief: "before then" },
    path: {
      kind: "text",
      placeholder: "glob",
      brief: "this path and all below; `*` is any text, `+` one segment",
    },
    operation: { kind: "text", placeholder: "name", brief: "create, read, update, patch, delete, list" },
    accessor: { kind: "text", placeholder: "hmac", brief: "the accessor's hash, hmac-sha256:…" },
    caller: { kind: "text", placeholder: "name", brief: "the caller's display name" },
    policy: { kind: "text", placeholder: "name", brief: "a policy the caller had" },
    run: metadataFlag("run"),
    job: metadataFlag("job"),
    commit: metadataFlag("commit"),
    ref: metadataFlag("ref"),
    actor: metadataFlag("actor"),
    workflow: metadataFlag("workflow"),
    project: metadataFlag("project"),
    stage: metadataFlag("stage"),
    environment: metadataFlag("environment"),
    metadata: { kind: "list", placeholder: "name=value", brief: "any other metadata of the token" },
    request: { kind: "text", placeholder: "id", brief: "the request's id" },
    remote: { kind: "text", placeholder: "address", brief: "where it came from" },
    denied: { kind: "switch", brief: "answers refused for want of permission" },
    errors: { kind: "switch", brief: "refusals and failures of any kind" },
    valueFrom: {
      kind: "text",
      placeholder: "file",
      brief: "a private file (0600) with a value, `-` for standard input: where it stood",
    },
    folder: { kind: "list", placeholder: "folder", brief: "log folders, in place of the local store's" },
    ...jsonFlag,
  },
  examples: [
    { line: "bulkhead audit search --run 0192f3 --json", says: "all that one run did" },
    { line: "bulkhead audit search --path 'secret/data/fraud/prod/*' --since 24h", says: "who read them" },
    { line: "bulkhead audit search --denied --since 2026-01-31", says: "refusals since that day" },
    { line: "pbpaste | bulkhead audit search --value-from -", says: "who was given this value" },
  ],
  async run({ flags, context }) {
    const { home, address, out } = context;
    if (address !== null) throw new BulkheadError("cli.local-only", { command: "audit search" });
    const since = timeOf(flags.since, "since", "audit search");
    const until = timeOf(flags.until, "until", "audit search");
    const given = METADATA.map((name) => [name, flags[name]] as const);
    const metadata = {
      ...Object.fromEntries(given.filter(([, value]) => value !== undefined)),
      ...pairs(flags.metadata),
    } as Record<string, string>;
    const query: AuditQuery = {
      path: flags.path,
      operation: flags.operation,
      accessor: flags.accessor,
      caller: flags.caller,
      policy: flags.policy,
      metadata,
      request: flags.request,
      remote: flags.remote,
      denied: flags.denied,
      errors: flags.errors,
      value: flags.valueFrom === undefined ? undefined : await hashOf(context, flags.valueFrom),
    };
    const where = matches(query);
    const range = { ...(since !== undefined && { since }), ...(until !== undefined && { until }) };
    const write = printer(out, flags.json);
    const folders = flags.folder.length > 0 ? flags.folder : [home.audit];
    let found = 0;
    for (const folder of folders) {
      if (!existsSync(folder)) {
        out.note(`no audit log in ${folder}`);
        continue;
      }
      for await (const record of readAuditLog(folder, { ...range, where })) {
        found++;
        write(withFolder(record, folders.length > 1 ? folder : null));
      }
    }
    if (!flags.json) out.note(count(found, "entry", "entries"));
  },
});

const withFolder = (record: AuditRecord, folder: string | null): AuditRecord =>
  folder === null ? record : { ...record, ...{ folder } };

function pairs(list: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    list.map((one) => {
      const at = one.indexOf("=");
      if (at < 1)
        throw new BulkheadError("usage.invalid", {
          problem: "--metadata is name=value",
          command: "audit search",
        });
      return [one.slice(0, at), one.slice(at + 1)];
    }),
  );
}

/** Only the store has the key. */
async function hashOf(context: Context, from: string): Promise<string> {
  const value =
    from === "-" ? await (await context.input()).value("Value to look for") : readPrivateFile(from);
  try {
    const { openLocalStore } = await import("../../local-store.ts");
    const { kernel } = await openLocalStore(context);
    return kernel.services.auditHash.hash(value.reveal());
  } finally {
    value.wipe();
  }
}
