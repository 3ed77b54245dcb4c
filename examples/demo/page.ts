/** What the reader sees: numbered headings, a line for each thing that happened, and the summary. Silent with --json. */
import { basename } from "node:path";
import { styleText } from "node:util";
import { type Figures, foreign, type KeyFile, shortcomings, type StageFigures } from "./figures.ts";
import { STAGES } from "./workspace.ts";

export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;

const INDENT = "   ";

export class Page {
  readonly #write: (text: string) => void;
  readonly #colour: boolean;
  #acts = 0;

  constructor({ write, colour }: { write: (text: string) => void; colour: boolean }) {
    this.#write = write;
    this.#colour = colour;
  }

  style(format: Parameters<typeof styleText>[0], text: string): string {
    return this.#colour ? styleText(format, text, { validateStream: false }) : text;
  }

  line(text = ""): void {
    this.#write(`${text}\n`);
  }

  heading(name: string, about: string): void {
    this.#acts++;
    this.line(`\n${this.style("bold", `${this.#acts}  ${name}`)}  ${this.style("dim", about)}`);
  }

  say(text: string): void {
    this.line(`${INDENT}${text}`);
  }

  command(typed: string, said: string): void {
    this.line(`${INDENT}${this.style("cyan", `$ ${typed}`)}\n${INDENT}  ${said}`);
  }

  stage({ stage, exit, seconds, reported }: StageFigures, said: string): void {
    const worked = exit === 0 ? "worked" : `ended with ${exit ?? "a signal"}`;
    const what = reported ? said : "the hostile import was not heard of";
    this.line(`${INDENT}${stage.padEnd(9)} ${worked} in ${seconds.toFixed(1)} s; ${what}`);
  }

  summary(figures: Figures): void {
    const rows = summaryRows(figures);
    const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
    const text = (row: readonly string[]): string =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("   ")
        .trimEnd();
    const rule = "─".repeat(widths.reduce((sum, width) => sum + width, 6));
    this.line();
    for (const [index, row] of rows.entries()) {
      this.line(INDENT + (index === 0 ? this.style("bold", text(row)) : text(row)));
      if (index === 0) this.line(INDENT + rule);
    }
    this.line();
    const problems = shortcomings(figures);
    if (problems.length > 0) {
      this.say(this.style("yellow", "Not everything held on this machine:"));
      for (const problem of problems) this.say(`- ${problem}`);
      this.line();
    }
    for (const sentence of limits()) this.say(sentence);
  }
}

type Row = readonly [what: string, today: string, withBulkhead: string];

function summaryRows(figures: Figures): Row[] {
  const { keys, homeKeys, today, withBulkhead, token, audit, scan } = figures;
  const of = (list: readonly StageFigures[], stage: string): StageFigures | undefined =>
    list.find((one) => one.stage === stage);
  const stageRows = STAGES.map((stage): Row => {
    const now = of(withBulkhead, stage);
    const others = now === undefined ? 0 : foreign(now).length;
    const own = (now?.taken.length ?? 0) - others;
    const more = others === 0 ? "" : `, AND ${others} MORE`;
    const before = of(today, stage)?.taken.length ?? 0;
    return [`  taken in ${stage}`, `${before} of ${keys}`, `${own} of ${keys}, its own${more}`];
  });
  const total = (list: readonly StageFigures[], pick: (one: StageFigures) => readonly string[]): number =>
    new Set(list.flatMap(pick)).size;
  const masks = audit.runs.reduce((sum, one) => sum + one.masks, 0);
  const known = scan.filter(({ stored }) => stored !== null);
  const [before, after] = [keysIn(figures.filesBefore), keysIn(figures.filesAfter)];
  const store = total(withBulkhead, ({ store: taken }) => taken) + token.taken.length;
  return [
    ["keys within reach of the hostile import", "today", "with Bulkhead"],
    ...stageRows,
    [
      "  taken from the home folder",
      `${total(today, ({ home }) => home)} of ${homeKeys}`,
      `${total(withBulkhead, ({ home }) => home)} of ${homeKeys}`,
    ],
    ["  Bulkhead's own: seal key, store, tokens", "-", store === 0 ? "none" : `${store} TAKEN`],
    [
      "keys readable in the jobs' output",
      String(total(today, ({ logged }) => logged)),
      `${total(withBulkhead, ({ logged }) => logged)}, ${masks} masked`,
    ],
    ["keys readable in files", before, after],
    [
      "a stage's token, after its job",
      "keys stay valid",
      token.after.read.length === 0
        ? `refused, ${token.after.refused.length} of ${token.after.refused.length}`
        : "STILL VALID",
    ],
    [
      "the key in the notebook",
      "unnoticed",
      known[0] === undefined
        ? "not recognised"
        : `${known[0].stored ?? ""}, replaced; the old one ${figures.leak.after === 401 ? "is refused" : "STILL WORKS"}`,
    ],
    [
      "who used which key",
      "nobody can say",
      `${audit.runs.reduce((sum, { reads }) => sum + reads.length, 0)} reads in the log, ${audit.verified ? "verified" : "NOT VERIFIED"}`,
    ],
  ];
}

/** `17 (.env, explore.ipynb)`. */
function keysIn(files: readonly KeyFile[]): string {
  const keys = new Set(files.flatMap((file) => file.keys));
  const places = [...new Set(files.map(({ path }) => basename(path)))];
  return keys.size === 0 ? "0" : `${keys.size} (${places.join(", ")})`;
}

function limits(): string[] {
  return [
    "What this does not take away yet: a job can read the keys it was given itself, and a stolen copy of one works",
    "until it is rotated; a broker that keeps even these from the job is for a later version.",
  ];
}
