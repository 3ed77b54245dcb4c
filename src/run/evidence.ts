/** What a run knows of the use of each value that it gave. Without evidence it is unknown, and never unused. */
import type { Used } from "../core/receipt.ts";
import type { FollowReport } from "./follow/report.ts";
import { maskName } from "./job.ts";
import type { ReceiptSecret } from "./receipt.ts";
import type { IssuedValues } from "./session.ts";

export interface Seen {
  readonly values: IssuedValues;
  /** Masks written, by name. */
  readonly masked: ReadonlyMap<string, number>;
  readonly written: FollowReport | null;
  /** Of files, descriptors and pipes, by their variable. */
  readonly used: ReadonlyMap<string, Used>;
}

export function secretsOf({ values, masked, written, used }: Seen): ReceiptSecret[] {
  const ways = new Map(values.composed?.map((one) => [one.variable, one.as ?? "variable"]));
  const found = new Set(written?.leaks.flatMap(({ names }) => names));
  return values.secrets.map((one) => {
    const { variable, secretName: secret, field, version } = one;
    const whole = ways.get(variable);
    const delivery = whole ?? one.as ?? "variable";
    const names = [maskName(one), ...(whole === undefined ? [] : [variable])];
    const times = Math.max(...names.map((name) => masked.get(name) ?? 0));
    const read = delivery === "variable" ? "unknown" : (used.get(variable) ?? "unknown");
    const what = delivery === "pipe" ? "pipe" : "file";
    const evidence = [
      ...(read === "yes" ? [`${what} read`] : []),
      ...(times > 0 ? ["masked in output"] : []),
      ...(names.some((name) => found.has(name)) ? ["found in what it wrote"] : []),
    ];
    const verdict = evidence.length > 0 ? "yes" : read;
    return {
      ...{ variable, secret, field, version, delivery, composed: whole !== undefined, masked: times },
      ...{ used: verdict, evidence: verdict === "no" ? [`${what} not read`] : evidence },
    };
  });
}
