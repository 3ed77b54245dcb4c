/** `sys/quotas/…`: rate limits as Vault's clients write them. */
import { BulkheadError } from "../../core/errors.ts";
import type { ReplyValue } from "../../core/json-bytes.ts";
import { plain } from "../../kernel/plain-field.ts";
import type { Call, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import type { MountService, QuotaService, RateLimit } from "../../kernel/services.ts";

const SECOND = 1_000;
const invalid = (problem: string): BulkheadError => new BulkheadError("request.invalid", { problem });

const describe = (limit: RateLimit): Record<string, ReplyValue> => ({
  name: limit.name,
  type: "rate-limit",
  path: limit.path,
  rate: limit.rate,
  interval: limit.interval / SECOND,
  block_interval: limit.blockInterval / SECOND,
  inheritable: true,
  role: "",
});

function nameOf({ params }: Call): string {
  const { name = "" } = params;
  if (!/^[\w.-]{1,128}$/.test(name)) throw invalid("a quota's name has letters, digits, `_`, `-` and `.`");
  return name;
}

/** A number of requests: a JSON number or its text, whole or not. */
function rateOf(call: Call): number | undefined {
  const raw = call.fields.json("rate");
  if (raw === undefined) return undefined;
  const rate = Number(raw.bytes.toString("latin1").replace(/^"|"$/g, ""));
  if (!(Number.isFinite(rate) && rate > 0)) throw invalid("'rate' is invalid: a number above 0");
  return rate;
}

async function write(quotas: QuotaService, mounts: MountService, call: Call): Promise<undefined> {
  const name = nameOf(call);
  const before = (await quotas.list()).find((limit) => limit.name === name);
  const rate = rateOf(call) ?? before?.rate;
  if (rate === undefined) throw invalid("'rate' is invalid: a number above 0");
  if (call.fields.string("role")) throw invalid("Bulkhead has no limits for one role: leave `role` out");
  const path = (call.fields.string("path") ?? before?.path ?? "").replace(/^\/+/, "");
  if (path !== "" && (await mounts.find(path.replace(/\*$/, ""))) === null)
    throw invalid(`invalid mount path "${path}"`);
  const interval = call.fields.duration("interval") ?? before?.interval ?? SECOND;
  const blockInterval = call.fields.duration("block_interval") ?? before?.blockInterval ?? 0;
  if (interval < SECOND) throw invalid("'interval' is at least one second");
  if (blockInterval < 0) throw invalid("'block_interval' is not negative");
  await quotas.put({ name, path, rate, interval, blockInterval });
}

async function read(quotas: QuotaService, call: Call): Promise<Reply | null> {
  const limit = (await quotas.list()).find(({ name }) => name === call.params.name);
  return limit === undefined ? null : { data: describe(limit) };
}

async function list(quotas: QuotaService): Promise<Reply | null> {
  const keys = (await quotas.list()).map(({ name }) => name).sort();
  return keys.length === 0 ? null : { data: { keys } };
}

export function quotaPaths(quotas: QuotaService, mounts: MountService): PathDeclaration[] {
  const put = (call: Call): Promise<undefined> => write(quotas, mounts, call);
  const configure = async ({ fields }: Call): Promise<undefined> => {
    const [exemptPaths, responseHeaders] = [
      fields.strings("rate_limit_exempt_paths"),
      fields.bool("enable_rate_limit_response_headers"),
    ];
    if (fields.bool("enable_rate_limit_audit_logging") === false)
      throw invalid("Bulkhead audits refused requests as well: enable_rate_limit_audit_logging stays true");
    if (responseHeaders === true) throw invalid("Bulkhead sends no rate limit headers");
    if (exemptPaths !== undefined) await quotas.configure({ exemptPaths });
  };
  return [
    {
      pattern: "quotas/config",
      summary: "What all rate limits have in common",
      fields: {
        rate_limit_exempt_paths: plain("strings", "Paths that no limit counts for"),
        enable_rate_limit_audit_logging: plain("bool", "Always true"),
        enable_rate_limit_response_headers: plain("bool", "Always false"),
      },
      operations: {
        read: async () => ({
          data: {
            enable_rate_limit_audit_logging: true,
            enable_rate_limit_response_headers: false,
            rate_limit_exempt_paths: (await quotas.settings()).exemptPaths,
          },
        }),
        update: configure,
      },
    },
    {
      pattern: "quotas/rate-limit",
      summary: "Lists the rate limits",
      operations: { list: () => list(quotas) },
    },
    {
      pattern: "quotas/rate-limit/{name}",
      summary: "So many requests in an interval for each client address, below a path",
      fields: {
        path: plain("string", "A mount, a path in it, or a path with * at its end; empty: everything"),
        rate: { type: "json", description: "Requests in an interval", plain: true },
        interval: plain("duration", "Default one second"),
        block_interval: plain("duration", "How long an address that went over is refused altogether"),
        role: plain("string", "Not offered"),
        inheritable: plain("bool", "Without effect: there are no namespaces"),
      },
      operations: {
        read: (call) => read(quotas, call),
        update: put,
        delete: async (call) => {
          await quotas.delete(nameOf(call));
          return undefined;
        },
      },
    },
  ];
}
