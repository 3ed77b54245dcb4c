/** Notebooks as people leave them: code, tables, tracebacks, progress bars, charts; some with a key in each carrier of an output. */
import { createHash } from "node:crypto";
import { fake } from "../../test/support/fake.ts";

const key = (seed: string): string => fake("glpat-", 20, "alnum", seed);
const lines = (text: string): string[] => text.split(/(?<=\n)/);

/** JSON of one notebook of some 650 KB; with `planted`, six keys in six carriers. */
export function notebook(number: number, planted: boolean): string {
  const seed = `notebook-${number}`;
  const cells: unknown[] = [markdown(`# Analysis ${number}\n\nWhat the features say about the label.`)];
  for (let n = 0; n < 12; n++) cells.push(code(n, [table(n, seed), chart(`${seed}-${n}`)]));
  cells.push(code(12, [traceback(null)]));
  if (planted) {
    const of = (n: number): string => key(`${seed}-${n}`);
    cells.push(
      code(20, [stream(`using ${of(0)}\n`)]),
      code(21, [html(`<table><tr><td>${of(1)}</td></tr></table>`)]),
      code(22, [traceback(of(2))]),
      code(23, [
        {
          output_type: "stream",
          name: "stdout",
          text: [`key ${of(3).slice(0, 14)}`, `${of(3).slice(14)}\n`],
        },
      ]),
      code(24, [
        stream(
          `${Buffer.from(`export TOKEN=${of(4)}\n`.repeat(3))
            .toString("base64")
            .replace(/(.{76})/g, "$1\n")}\n`,
        ),
      ]),
      { ...code(25, []), source: lines(`client = connect(\n    token="${of(5)}",\n)\n`) },
    );
  }
  return JSON.stringify(
    { cells, metadata: { language_info: { name: "python" } }, nbformat: 4, nbformat_minor: 5 },
    null,
    1,
  );
}

const markdown = (text: string): unknown => ({ cell_type: "markdown", metadata: {}, source: lines(text) });

function code(count: number, outputs: readonly unknown[]): Record<string, unknown> {
  const source = `frame = load("features_${count}.parquet")\nframe.groupby("segment").agg({"value": ["mean", "std"]})\nplot(frame)\n`;
  return { cell_type: "code", execution_count: count, metadata: {}, outputs, source: lines(source) };
}

const stream = (text: string): unknown => ({ output_type: "stream", name: "stdout", text: lines(text) });
const html = (text: string): unknown => ({
  output_type: "display_data",
  metadata: {},
  data: { "text/html": lines(text) },
});

function table(n: number, seed: string): unknown {
  const digest = (row: number): string =>
    createHash("sha256").update(`${seed}-${n}-${row}`).digest("hex").slice(0, 12);
  const rows = Array.from(
    { length: 60 },
    (_, row) =>
      `<tr>\n  <th>${row}</th>\n  <td>${digest(row)}</td>\n  <td>${(row * 37 + n) / 11}</td>\n</tr>\n`,
  );
  return html(`<div>\n<table border="1" class="dataframe">\n${rows.join("")}</table>\n</div>`);
}

function chart(seed: string): unknown {
  return {
    output_type: "display_data",
    metadata: {},
    data: {
      "image/png": `${fake("iVBORw0KGgo", 45_000, "base64", seed)}=\n`,
      "text/plain": ["<Figure size 640x480 with 1 Axes>"],
    },
  };
}

function traceback(secret: string | null): unknown {
  const shown =
    secret === null ? "" : `\u001b[0;31m'\u001b[0m\u001b[0;32m${secret}\u001b[0m\u001b[0;31m'\u001b[0m`;
  return {
    output_type: "error",
    ename: "ValueError",
    evalue: "could not convert string to float",
    traceback: [
      "\u001b[0;31m---------------------------------------------------------------------------\u001b[0m",
      `\u001b[0;31mValueError\u001b[0m Traceback (most recent call last)\n\u001b[0;32m<ipython-input-7>\u001b[0m in \u001b[0;36m<module>\u001b[0;34m()\u001b[0m\n${shown}`,
    ],
  };
}
