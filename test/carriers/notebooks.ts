/** Notebooks: sources, every kind of output, what hangs on cells and on the whole. */
import { type Carrier, ESC, json, type Sample } from "./types.ts";

const notebook = (cell: object, rest: object = {}): string =>
  json({ cells: [{ cell_type: "markdown", metadata: {}, source: ["# one\n"] }, cell], nbformat: 4, ...rest });
const output = (one: object): string =>
  notebook({ cell_type: "code", id: "abcd1234", metadata: {}, outputs: [one], source: ["x"] });
const attribute = (text: string): string => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");

const inOutput = (
  name: string,
  make: (sample: Sample) => string,
  where: Carrier["where"] = "text",
): Carrier => ({
  name: `notebook, ${name}`,
  path: "n.ipynb",
  make,
  within: "cell 2, output 1",
  where,
});
/** The notebook is one line, where `make` put it. */
const somewhere: Carrier["where"] = { inside: () => "{" };

export const notebooks: readonly Carrier[] = [
  {
    name: "notebook, source",
    path: "n.ipynb",
    make: ({ text }) => notebook({ cell_type: "code", source: ["import os\n", `x = ${text}\n`] }),
    within: "cell 2, source",
    where: "text",
  },
  inOutput("stream, over two strings", ({ halves: [a, b] }) =>
    output({ output_type: "stream", name: "stdout", text: ["ok\n", `key ${a}`, `${b}\n`] }),
  ),
  inOutput("HTML before a tag's end", ({ text }) =>
    output({
      output_type: "display_data",
      data: { "text/html": ["<table>\n", `<tr><td>${text}</td></tr>`] },
    }),
  ),
  inOutput(
    "HTML with entities",
    ({ text }) =>
      output({
        data: { "text/html": `<p>${text.replace(/[-_]/g, (char) => `&#${char.charCodeAt(0)};`)}</p>` },
      }),
    somewhere,
  ),
  inOutput("HTML, highlighted", ({ halves: [a, b] }) =>
    output({ data: { "text/html": `<span class="a">${a}</span><span class="b">${b}</span>` } }),
  ),
  {
    ...inOutput("HTML attribute", ({ text }) =>
      output({ data: { "text/html": `<a title="see ${attribute(text)}">x</a>` } }),
    ),
    decoded: null,
  },
  inOutput("traceback with colours", ({ halves: [a, b] }) =>
    output({
      output_type: "error",
      ename: "E",
      traceback: [`${ESC}[0;31mE${ESC}[0m`, `say(${ESC}[32m'${a}${ESC}[39m${b}'${ESC}[0m)`],
    }),
  ),
  inOutput("error value", ({ text }) =>
    output({ output_type: "error", ename: "E", evalue: `bad key ${text}` }),
  ),
  inOutput("plain result", ({ text }) =>
    output({ output_type: "execute_result", execution_count: 1, data: { "text/plain": [`'${text}'`] } }),
  ),
  inOutput("Markdown output", ({ text }) => output({ data: { "text/markdown": `**${text}**` } })),
  inOutput("LaTeX output", ({ text }) => output({ data: { "text/latex": `$x$ ${text}` } })),
  inOutput("JSON output", ({ text }) => output({ data: { "application/json": { a: { b: text } } } })),
  inOutput("SVG", ({ text }) => output({ data: { "image/svg+xml": `<svg><text>${text}</text></svg>` } })),
  inOutput(
    "JSON output, escaped",
    ({ text, value }) =>
      output({ data: { "application/json": { a: { b: text } } } }).replace(
        value.slice(0, 2),
        () => `\\u00${value.charCodeAt(0).toString(16)}\\u00${value.charCodeAt(1).toString(16)}`,
      ),
    somewhere,
  ),
  {
    name: "notebook, attachment",
    path: ".ipynb_checkpoints/n-checkpoint.ipynb",
    make: ({ text }) =>
      notebook({
        cell_type: "markdown",
        attachments: { "a.txt": { "text/plain": `k ${text}` } },
        source: [],
      }),
    within: "cell 2, attachments",
    where: "text",
  },
  {
    name: "notebook, widget state",
    path: "n.ipynb",
    make: ({ text }) =>
      notebook(
        { cell_type: "code", source: [] },
        {
          metadata: {
            widgets: {
              "application/vnd.jupyter.widget-state+json": { state: { a: { state: { value: text } } } },
            },
          },
        },
      ),
    within: "notebook metadata",
    where: "text",
  },
  {
    name: "notebook, cell metadata",
    path: "n.ipynb",
    make: ({ text }) =>
      notebook({ cell_type: "code", metadata: { papermill: { parameters: { api: text } } }, source: [] }),
    within: "cell 2, metadata",
    where: "text",
  },
  {
    name: "an old notebook",
    path: "n.ipynb",
    make: ({ text }) =>
      json({ worksheets: [{ cells: [{ input: ["a\n", `k=${text}`], outputs: [] }] }], nbformat: 3 }),
    within: "cell 1, source",
    where: "text",
  },
  {
    name: "a broken notebook",
    path: "n.ipynb",
    make: ({ text }) => `{"cells": [ garbage\n k ${text}`,
    within: "cell 1",
    where: { starts: "2:4" },
  },
  {
    name: "no notebook",
    path: "n.ipynb",
    make: ({ text }) => `{"cells": []}}\n" k ${text}`,
    where: { starts: "2:5" },
  },
];
