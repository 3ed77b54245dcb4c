/** Recorded findings in the mount's storage: `finding/<id>`. Recording is idempotent; a finding is closed and opened by people. */
import { BulkheadError } from "../../core/errors.ts";
import type { StorageReader } from "../../kernel/barrier/index.ts";
import type { Call, MountContext, Reply } from "../../kernel/plugin.ts";
import type { DigestLimit } from "./limit.ts";
import { type Entry, describeEntry, meet, readArriving, resolutions } from "./entry.ts";

const PREFIX = "finding/";
/** A commit of bearable size. */
const BATCH = 100;
const MOST_LISTED = 1_000;

async function load(from: StorageReader, id: string): Promise<Entry | null> {
  if (!/^[0-9a-f]{32}$/.test(id)) return null;
  const bytes = await from.get(PREFIX + id);
  return bytes === null ? null : (JSON.parse(bytes.toString("utf8")) as Entry);
}

const encode = (entry: Entry): Buffer => Buffer.from(JSON.stringify(entry));

export async function record(
  { clock, services }: MountContext,
  limit: DigestLimit,
  call: Call,
): Promise<Reply> {
  const raw = call.fields.json("findings");
  const source = (call.fields.string("source") ?? "").slice(0, 300);
  const arriving = raw === undefined ? [] : readArriving(raw);
  // its answer tells which values are known, as a look-up does
  limit.take(
    call.caller,
    arriving.reduce((sum, { sha256 }) => sum + sha256.length, 0),
  );
  const stored = await services.values.lookup([...new Set(arriving.flatMap(({ sha256 }) => sha256))]);
  let [fresh, seen] = [0, 0];
  for (let from = 0; from < arriving.length; from += BATCH) {
    const counts = await call.storage.transaction(async (tx) => {
      const counted = { fresh: 0, seen: 0 };
      for (const one of arriving.slice(from, from + BATCH)) {
        const id = services.values.nameOf(one.rule, one.sha256[0] ?? "");
        const before = await load(tx, id);
        counted[before === null ? "fresh" : "seen"]++;
        const ref = one.sha256.flatMap((hash) => stored.get(hash) ?? [])[0] ?? null;
        tx.put(
          PREFIX + id,
          encode(meet(before, { id, arriving: one, source, stored: ref, now: clock.now() })),
        );
      }
      return counted;
    });
    fresh += counts.fresh;
    seen += counts.seen;
  }
  return { data: { new: fresh, seen } };
}

/** Filters by equality; unknown names were refused by the declared fields. */
const FILTERS = ["status", "severity", "rule"] as const;

export async function list(call: Call): Promise<Reply | null> {
  const wanted = FILTERS.map((name) => [name, call.fields.string(name) ?? ""] as const).filter(
    ([, value]) => value !== "",
  );
  const [project, source] = [call.fields.string("project") ?? "", call.fields.string("source") ?? ""];
  const after = call.fields.string("after") ?? "";
  const limit = Math.min(MOST_LISTED, Math.max(1, call.fields.int("limit") ?? MOST_LISTED));
  const found: Entry[] = [];
  let next = "";
  for (const id of (await call.storage.list(PREFIX)).sort()) {
    if (id <= after) continue;
    const entry = await load(call.storage, id);
    if (entry === null || !wanted.every(([name, value]) => entry[name] === value)) continue;
    if (project !== "" && entry.stored?.project !== project) continue;
    if (source !== "" && !entry.places.some((place) => place.source === source)) continue;
    if (found.length === limit) {
      next = found.at(-1)?.id ?? "";
      break;
    }
    found.push(entry);
  }
  if (found.length === 0) return null;
  return {
    data: {
      keys: found.map(({ id }) => id),
      key_info: Object.fromEntries(found.map((entry) => [entry.id, describeEntry(entry)])),
      next,
    },
  };
}

export async function read(call: Call): Promise<Reply | null> {
  const entry = await load(call.storage, call.params.id ?? "");
  return entry === null ? null : { data: describeEntry(entry) };
}

async function change(call: Call, to: (entry: Entry) => Entry): Promise<Reply> {
  const id = call.params.id ?? "";
  return await call.storage.transaction(async (tx) => {
    const before = await load(tx, id);
    if (before === null) throw new BulkheadError("finding.unknown", { id: id.slice(0, 64) });
    const entry = to(before);
    tx.put(PREFIX + id, encode(entry));
    return { data: describeEntry(entry) };
  });
}

export function close({ clock }: MountContext, call: Call): Promise<Reply> {
  const resolution = call.fields.string("resolution") ?? "";
  if (!Object.hasOwn(resolutions, resolution))
    throw new BulkheadError("request.invalid", {
      problem: `resolution must be one of ${Object.keys(resolutions).join(", ")}`,
    });
  const note = (call.fields.string("note") ?? "").slice(0, 1_000);
  const closedBy = call.caller?.displayName ?? "";
  return change(call, (entry) => ({
    ...entry,
    status: "resolved",
    resolution,
    note,
    closed: clock.now(),
    closedBy,
  }));
}

export const reopen = (call: Call): Promise<Reply> =>
  change(call, (entry) => ({
    ...entry,
    status: "open",
    resolution: "",
    note: "",
    closed: null,
    closedBy: "",
  }));
