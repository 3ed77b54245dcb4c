/** A receipt for people: what every reader needs, and what else it says. */
import type { Receipt } from "../../core/receipt.ts";
import type { ReceiptSecret, Revocation, RunFacts } from "../../run/receipt.ts";
import { plain } from "../output.ts";

/** Members beyond `Receipt`, which another version may write otherwise: each is shown where it can be read. */
type Shown = Receipt & {
  readonly [Name in keyof Details]?: Details[Name] | null;
};

interface Details {
  readonly identity: RunFacts["identity"];
  readonly isolation: { readonly level: number; readonly name: string };
  readonly hooks: RunFacts["hooks"];
  readonly destinations: readonly {
    readonly host: string;
    readonly port: number;
    readonly refused: number;
  }[];
  readonly revocations: readonly Revocation[];
}

export function receiptLines(receipt: Shown): string {
  const { identity, isolation, hooks, destinations, revocations } = receipt;
  const lines: (readonly [string, string])[] = [
    ["run", receipt.run],
    ["stage", `${receipt.project} ${receipt.stage} in ${receipt.environment}`],
    ["commit", receipt.commit ?? "none"],
    ["by", identity ? `${identity.kind} ${identity.name}` : "unknown"],
    ...Object.entries(identity?.claims ?? {}).map(([name, value]) => [`  ${name}`, value] as const),
    ["time", `${receipt.started} to ${receipt.ended}`],
    ["exit", receipt.exit === null ? "did not start" : String(receipt.exit)],
    ["isolation", isolation ? `${isolation.level} (${isolation.name})` : "none was reached"],
    ["hooks", hooks ? `${hooks.found} found, ${hooks.new} new` : "not looked at"],
    ...receipt.secrets.map((one) => ["given", secretLine(one as ReceiptSecret)] as const),
    ["leaks", leaksLine(receipt)],
    ...(receipt.leaks?.found ?? []).map((one) => ["  found", leakLine(one)] as const),
    ["network", destinations ? `${destinations.length} destinations` : "open, not seen"],
    ...(destinations ?? []).map(
      ({ host, port, refused }) =>
        ["  to", `${host}:${port}${refused > 0 ? ` (refused ${refused}×)` : ""}`] as const,
    ),
    ...(revocations ?? []).map(
      ({ what, of, result, proof }) =>
        ["revoked", `${what} of ${of}: ${result}${proof === null ? "" : `, proof: ${proof}`}`] as const,
    ),
  ];
  return lines.map(([name, text]) => plain(`${name.padEnd(12)}${text}`)).join("\n");
}

function secretLine({ variable, secret, field, delivery, masked, used, evidence }: ReceiptSecret): string {
  const from = field === "value" ? secret : `${secret}.${field}`;
  const why = Array.isArray(evidence) && evidence.length > 0 ? ` (${evidence.join(", ")})` : "";
  return `${variable} from ${from} as a ${delivery}; masked ${masked}×; used: ${used}${why}`;
}

function leaksLine({ leaks }: Receipt): string {
  if (leaks === null) return "not looked for";
  return leaks.found.length === 0 ? "none found" : `${leaks.found.length} places`;
}

function leakLine(one: unknown): string {
  const { secrets, place } = (one ?? {}) as { secrets?: unknown; place?: unknown };
  return `${Array.isArray(secrets) ? secrets.join(" and ") : "?"} in ${typeof place === "string" ? place : "?"}`;
}
