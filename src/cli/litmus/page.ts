/** The page of `bulkhead litmus`: counts by kind, then each thing with what it opens, then the one next step. */
import { kinds } from "../../core/kinds.ts";
import { painter } from "../../report/text.ts";
import { pad, plural, visible, width } from "../../report/visible.ts";
import { type Group, type Item, groups } from "../../run/litmus/index.ts";
import { type LitmusResult, countOf, keyOf } from "./result.ts";

/** A page is for reading. */
const MOST_ROWS = 25;

export function renderLitmus(result: LitmusResult, options: { readonly color?: boolean } = {}): string {
  const paint = painter(options.color === true);
  const { inside, today, run, refused, hooks, next } = result;
  const title =
    inside === null
      ? "what a hostile import could read here"
      : `what can be read inside of run ${visible(inside)}`;
  const head =
    run === null
      ? [title, inside === null ? "today" : "now"]
      : [title, "today", `under run (level ${run.isolation.level}, network ${run.network})`];
  const rows = (Object.keys(groups) as Group[]).map((group) => {
    const of = (items: readonly Item[]): string => mark(countOf(items.filter((one) => one.group === group)));
    return [groups[group], of(today.items), ...(run === null ? [] : [of(run.items)])];
  });
  const started = [
    "start-up hooks, which run first",
    mark(hooks.today),
    ...(run === null || hooks.run === null ? [] : [mark(hooks.run)]),
  ];
  const [first = "", ...lines] = table([head, ...rows.map(indent), indent(started)]);
  const own = run?.own ?? (inside === null ? [] : today.own);
  return `${[
    [paint("bold", first), ...lines].join("\n"),
    ...itemsOf(result, paint),
    ...(own.length === 0
      ? []
      : [
          `${paint("bold", "the stage's own, which it is given")}\n  ${own.map(({ name, kind }) => `${visible(name)}${kind === null ? "" : ` (${kinds[kind].title})`}`).join(", ")}`,
        ]),
    ...leftOf(result, paint),
    ...(refused === null ? [] : [`${paint("bold", "no run starts here")}\n  ${visible(refused.message)}`]),
    `${paint("bold", "next")}\n  ${visible(next.text)}${next.command === undefined ? "" : `\n  ${paint("cyan", `$ ${visible(next.command)}`)}`}`,
  ].join("\n\n")}\n`;
}

type Paint = ReturnType<typeof painter>;

const mark = (count: number): string => (count === 0 ? "-" : count.toLocaleString("en-US"));
const indent = ([name = "", ...rest]: readonly string[]): string[] => [`  ${name}`, ...rest];

function itemsOf({ today, run }: LitmusResult, paint: Paint): string[] {
  const still = new Set(run?.items.map(keyOf));
  const before = new Set(today.items.map(keyOf));
  const added = run?.items.filter((one) => !before.has(keyOf(one))) ?? [];
  const all = [...today.items, ...added];
  return (Object.keys(groups) as Group[]).flatMap((group) => {
    const items = all.filter((one) => one.group === group);
    if (items.length === 0) return [];
    const state = (one: Item): string[] =>
      run === null ? [] : [still.has(keyOf(one)) ? "readable" : "gone"];
    const rows = items
      .slice(0, MOST_ROWS)
      .map((one) => [
        `  ${visible(one.name)}${one.count > 1 ? ` (${one.count})` : ""}`,
        ...state(one),
        visible(one.what === one.opens ? one.what : `${one.what}: ${one.opens}`),
      ]);
    const rest = items.length - MOST_ROWS;
    const more = rest > 0 ? [`  and ${rest} more (--json lists all)`] : [];
    return [[paint("bold", groups[group]), ...table(rows), ...more].join("\n")];
  });
}

/** What stays open under a run, the level's own words included. */
function leftOf({ run, inside, today, hooks }: LitmusResult, paint: Paint): string[] {
  const notes = [...(run ?? today).notes];
  if (hooks.fresh > 0)
    notes.push(
      `${plural(hooks.fresh, "start-up hook")} that nobody approved (\`bulkhead tripwire list\`); a known one stops no run`,
    );
  if (run === null)
    return notes.length === 0
      ? []
      : [`${paint("bold", "besides")}\n${notes.map((one) => `  ${one}`).join("\n")}`];
  const still = countOf(run.items);
  const words = [
    still === 0
      ? inside === null
        ? "of all that, nothing but what the stage is given"
        : "nothing"
      : `${plural(still, "thing")} of the above`,
    ...run.isolation.missing,
    ...notes,
  ];
  return [`${paint("bold", "left under run")}\n${words.map((one) => `  ${visible(one)}`).join("\n")}`];
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>(
    (all, row) => row.map((cell, i) => Math.max(all[i] ?? 0, width(cell))),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, i) => (i === row.length - 1 ? cell : pad(cell, widths[i] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}
