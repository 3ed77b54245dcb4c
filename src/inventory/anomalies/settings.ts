/** A rule's settings: declared, as written, and as numbers. */
import { parseDuration } from "../../core/duration.ts";
import { BulkheadError, nearest } from "../../core/errors.ts";
import { rules } from "./rules/index.ts";
import type { AnyRule, RuleTuning, SettingDeclaration, Tuning } from "./types.ts";

const MOST_COUNT = 1_000_000;

/** Durations in milliseconds; the default for what is not given or cannot be read. */
export function settingsOf(
  { settings }: AnyRule,
  given: Readonly<Record<string, string>> = {},
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, declared]) => [
      name,
      numberOf(declared, given[name] ?? "") ?? numberOf(declared, declared.default) ?? 0,
    ]),
  );
}

function numberOf({ kind }: SettingDeclaration, text: string): number | null {
  if (text === "") return null;
  if (kind === "count") {
    const count = /^\d{1,7}$/.test(text) ? Number(text) : 0;
    return count >= 1 && count <= MOST_COUNT ? count : null;
  }
  try {
    return parseDuration(text);
  } catch {
    return null;
  }
}

/** Checks one change of a rule. Throws `alert.unknown-rule`, `alert.bad-setting`. */
export function checkTuning(id: string, { settings = {} }: RuleTuning): void {
  const known = rules.find((one) => one.id === id);
  if (known === undefined) {
    const near = nearest(
      id,
      rules.map((one) => one.id),
    );
    throw new BulkheadError(
      "alert.unknown-rule",
      { id: id.slice(0, 64) },
      near === null ? {} : { hint: `did you mean ${near}? \`bulkhead alerts rules\` lists them` },
    );
  }
  for (const [name, text] of Object.entries(settings)) {
    const declared = Object.hasOwn(known.settings, name) ? known.settings[name] : undefined;
    if (declared === undefined || (text !== "" && numberOf(declared, text) === null))
      throw new BulkheadError("alert.bad-setting", {
        rule: id,
        setting: name.slice(0, 64),
        expected:
          declared === undefined
            ? `one of ${Object.keys(known.settings).join(", ")}`
            : declared.kind === "count"
              ? "a number from 1"
              : "a duration such as 7d",
      });
  }
}

/** A change on top of those before; what is set to nothing is the default again. */
export function tuned(before: Tuning, id: string, change: RuleTuning): Tuning {
  const merged = Object.entries({ ...before[id]?.settings, ...change.settings }).filter(
    ([, text]) => text !== "",
  );
  const off = change.off ?? before[id]?.off ?? false;
  return { ...before, [id]: { off, settings: Object.fromEntries(merged) } };
}
