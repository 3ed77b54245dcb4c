/** Graphs in columns, as Mermaid's text and as SVG without scripts, fonts or links. */
import { markup } from "./escape.ts";
import { visible } from "../visible.ts";

export interface Graph {
  /** `column` counts from 0 at the left. Ids are unique. */
  readonly nodes: readonly { readonly id: string; readonly text: string; readonly column: number }[];
  readonly edges: readonly { readonly from: string; readonly to: string; readonly text: string }[];
}

export function mermaid({ nodes, edges }: Graph): string {
  const names = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
  // Mermaid reads entities with `#`, and marks only outside of quotes.
  const quoted = (text: string): string =>
    `"${visible(text).replace(/[^A-Za-z0-9 _./:,()-]/g, (sign) => `#${sign.codePointAt(0)};`)}"`;
  return [
    "flowchart LR\n",
    ...nodes.map(({ text }, index) => `  n${index}[${quoted(text)}]\n`),
    ...edges.map(
      ({ from, to, text }) =>
        `  ${names.get(from)} -->${text === "" ? "" : `|${quoted(text)}|`} ${names.get(to)}\n`,
    ),
  ].join("");
}

const [WIDTH, HEIGHT, GAP, MARGIN] = [300, 28, 12, 16];
const MOST_TEXT = 42;

export function svg({ nodes, edges }: Graph): string {
  const filled: number[] = [];
  const places = new Map<string, { readonly x: number; readonly y: number }>();
  for (const { id, column } of nodes) {
    const row = filled[column] ?? 0;
    filled[column] = row + 1;
    places.set(id, { x: MARGIN + column * (WIDTH + 80), y: MARGIN + row * (HEIGHT + GAP) });
  }
  const columns = Math.max(1, filled.length);
  const width = 2 * MARGIN + columns * WIDTH + (columns - 1) * 80;
  const height = 2 * MARGIN + Math.max(1, ...filled.map((count) => count ?? 0)) * (HEIGHT + GAP);
  const lines = edges.flatMap(({ from, to, text }) => {
    const [a, b] = [places.get(from), places.get(to)];
    if (a === undefined || b === undefined) return [];
    const [x, y, u, w] = [a.x + WIDTH, a.y + HEIGHT / 2, b.x, b.y + HEIGHT / 2];
    return [
      `<path d="M${x} ${y} C${x + 40} ${y} ${u - 40} ${w} ${u} ${w}" fill="none" stroke="#888">${text === "" ? "" : `<title>${markup(text)}</title>`}</path>`,
    ];
  });
  const boxes = nodes.map(({ id, text }) => {
    const { x = 0, y = 0 } = places.get(id) ?? {};
    const short = text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT - 1)}…` : text;
    return `<g><title>${markup(text)}</title><rect x="${x}" y="${y}" width="${WIDTH}" height="${HEIGHT}" rx="4" fill="#f4f4f4" stroke="#444"/><text x="${x + 8}" y="${y + 18}">${markup(short)}</text></g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12">\n${[...lines, ...boxes].join("\n")}\n</svg>\n`;
}
