/** What changed between two texts of which the second is the first with lines taken out or changed: a unified diff, as `patch` reads it. */

const AROUND = 3;
/** How far the next line that both have is looked for. */
const AHEAD = 500;

interface Line {
  readonly sign: " " | "-" | "+";
  readonly text: string;
  /** Lines of each text before it. */
  readonly before: readonly [number, number];
}

export function lineDiff(name: string, from: string, to: string): string {
  const lines = aligned(split(from), split(to));
  const changed = lines.flatMap(({ sign }, at) => (sign === " " ? [] : [at]));
  const hunks: [number, number][] = [];
  for (const at of changed) {
    const last = hunks.at(-1);
    const [start, end] = [Math.max(0, at - AROUND), Math.min(lines.length, at + AROUND + 1)];
    if (last !== undefined && start <= last[1]) last[1] = end;
    else hunks.push([start, end]);
  }
  if (hunks.length === 0) return "";
  return `--- ${name}\n+++ ${name}\n${hunks.map(([start, end]) => hunkOf(lines.slice(start, end))).join("")}`;
}

const split = (text: string): string[] => {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
};

function aligned(old: readonly string[], now: readonly string[]): Line[] {
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  const put = (sign: Line["sign"], text: string): void => void lines.push({ sign, text, before: [i, j] });
  while (i < old.length || j < now.length) {
    const [was, is] = [old[i], now[j]];
    if (was !== undefined && was === is) {
      put(" ", was);
      i++;
      j++;
      continue;
    }
    const kept = is === undefined ? old.length : old.indexOf(is, i);
    const until = kept >= 0 && kept - i <= AHEAD ? kept : Math.min(i + 1, old.length);
    for (; i < until; i++) put("-", old[i] ?? "");
    if (is !== undefined && old[i] !== is) {
      put("+", is);
      j++;
    }
  }
  return lines;
}

function hunkOf(lines: readonly Line[]): string {
  const [i, j] = lines[0]?.before ?? [0, 0];
  const count = (but: Line["sign"]): number => lines.filter(({ sign }) => sign !== but).length;
  const [old, now] = [count("+"), count("-")];
  const place = (before: number, many: number): string => `${many === 0 ? before : before + 1},${many}`;
  return `@@ -${place(i, old)} +${place(j, now)} @@\n${lines.map(({ sign, text }) => `${sign}${text}\n`).join("")}`;
}
