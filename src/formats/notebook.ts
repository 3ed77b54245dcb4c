/**
 * Jupyter notebooks, cell by cell and output by output, as a reader counts them (from 1). Strings that nbformat splits are joined,
 * colours and markup taken out; pictures and cell ids are left out. A stream of any length; what is no JSON is read as plain text.
 */
import { ByteReader } from "./byte-reader.ts";
import { HtmlText } from "./html-text.ts";
import { JsonEvents, type JsonHandler, type Level, type Wanted } from "./json-events.ts";
import { viewOf } from "./source.ts";
import { TerminalText } from "./terminal-text.ts";
import { Collector, type TextSink } from "./text-sink.ts";
import type { FileFormat, Fragment } from "./types.ts";

/** No credential is shorter. */
const SHORTEST = 8;
const BOM = /^\xef\xbb\xbf/;

const NAMES = /\.ipynb$/i;

export const notebook: FileFormat = {
  id: "notebook",
  title: "Jupyter notebook",
  reads: "sources, every kind of output, attachments, widgets, metadata; pictures are left out",
  replacesBytes: true,
  named: NAMES,
  matches: (path, head) =>
    NAMES.test(path) && /^(?:\xef\xbb\xbf)?\s*[{[]/.test(viewOf(head).toString("latin1")),
  async *fragments(source): AsyncGenerator<Fragment> {
    const parts = new Parts();
    const reader = new ByteReader(source.chunks());
    const feed = async (): Promise<boolean> => {
      const chunk = await reader.some();
      if (chunk === null) parts.end();
      else parts.push(chunk);
      return chunk !== null;
    };
    try {
      for (let more = true; more || parts.queue.length > 0; ) {
        const part = parts.queue[0];
        if (part === undefined || (!part.ended && part.pieces.length === 0)) {
          more = await feed();
          continue;
        }
        parts.queue.shift();
        if (part.ended && part.size < SHORTEST) continue;
        const { name, collector } = part;
        const chunks = part.ended ? () => part.pieces : () => streamed(part, feed);
        yield { kind: "text", name, offsetOf: collector.map.of, chunks };
        while (!part.ended) {
          part.pieces.length = 0;
          more = await feed();
        }
      }
    } finally {
      await reader.close();
    }
  },
};

async function* streamed(part: Part, feed: () => Promise<boolean>): AsyncGenerator<Uint8Array> {
  for (;;) {
    const piece = part.pieces.shift();
    if (piece !== undefined) yield piece;
    else if (part.ended) return;
    else await feed();
  }
}

/** Text of one place, as it is being read. */
interface Part {
  readonly name: string;
  readonly pieces: Buffer[];
  readonly collector: Collector;
  size: number;
  ended: boolean;
}

/** Cuts the stream into parts by the structure of nbformat 3 and 4. */
class Parts implements JsonHandler {
  /** Begun and not yet taken, in the order of the file. */
  readonly queue: Part[] = [];
  readonly #json = new JsonEvents(this);
  #open: { readonly part: Part; readonly sink: TextSink } | null = null;
  /** The rest is read as it stands: it is no JSON. */
  #plain = false;
  #read = 0;

  push(chunk: Buffer): void {
    let from = 0;
    if (this.#read === 0 && BOM.test(chunk.toString("latin1", 0, 3))) {
      from = 3;
      this.#json.offset = 3;
    }
    if (!this.#plain) from += this.#json.push(chunk.subarray(from));
    if (this.#plain && from < chunk.length) this.#open?.sink.write(chunk.subarray(from), this.#read + from);
    this.#read += chunk.length;
  }

  end(): void {
    this.#json.end();
    this.taken();
  }

  value(stack: readonly Level[], first: number): Wanted {
    const path = stack.map((level) => (level.array ? level.index : level.key));
    const route = routeOf(path, first);
    if (route === "inside") return route;
    if (route === "nothing") return { sink: null, structure: false };
    const sink = this.#begin(route.name, route.form);
    const structure = route.form === "json" || first === 0x7b;
    return { sink, structure, ...(route.between === undefined ? {} : { between: route.between }) };
  }

  taken(): void {
    if (this.#open === null) return;
    const { part, sink } = this.#open;
    this.#open = null;
    sink.end();
    part.ended = true;
  }

  broken(begun: Uint8Array, offset: number): void {
    this.#plain = true;
    this.#begin("", "text").write(begun, offset);
  }

  leaveOut(stack: readonly Level[]): boolean {
    const [key, outer] = [stack.at(-1)?.key ?? "", stack.at(-2)?.key ?? ""];
    if (PICTURE.test(key) || (key === "" && PICTURE.test(outer)) || NOISE.has(key)) return true;
    return key === "data" && stack.at(-3)?.key === "buffers";
  }

  #begin(name: string, form: Form): TextSink {
    const pieces: Buffer[] = [];
    const collector = new Collector((piece) => {
      pieces.push(piece);
      part.size += piece.length;
    });
    const part: Part = { name, pieces, collector, size: 0, ended: false };
    const sink = form === "html" ? new HtmlText(collector) : new TerminalText(collector);
    this.queue.push(part);
    this.#open = { part, sink };
    return sink;
  }
}

type Form = "text" | "html" | "json";

interface Route {
  readonly name: string;
  readonly form: Form;
  /** What parts the strings of a list. */
  readonly between?: string;
}

const PICTURE = /^(?:image\/(?!svg)|audio\/|video\/|application\/pdf$)/;
/** Identifiers by which programs find things again. */
const NOISE = new Set(["model_id", "outputId", "cell_id", "source_hash", "execution_hash", "checksum"]);
const NO_TEXT = new Set(["cell_type", "id", "execution_count", "prompt_number", "collapsed", "output_type"]);
/** nbformat 3 has the kinds of data as names of their own. */
const OLD_PICTURES = new Set(["png", "jpeg", "pdf"]);

/** By the names and indexes that lead to a value; `first` is its first byte. */
function routeOf(path: readonly (string | number)[], first: number): Route | "inside" | "nothing" {
  const isContainer = first === 0x7b || first === 0x5b;
  const [top, ...rest] = path[0] === "worksheets" ? path.slice(2) : path;
  if (top === undefined) return isContainer ? "inside" : { name: "", form: "json" };
  if (top === "metadata") return { name: "notebook metadata", form: "json" };
  if (top !== "cells") return { name: "", form: "json" };
  const [cell, part, output, key, kind] = rest;
  if (typeof cell !== "number") return isContainer ? "inside" : { name: "", form: "json" };
  const inCell = `cell ${cell + 1}`;
  if (part === undefined) return isContainer ? "inside" : { name: inCell, form: "json" };
  if (part === "source" || part === "input") return { name: `${inCell}, source`, form: "text" };
  if (NO_TEXT.has(String(part))) return "nothing";
  if (part !== "outputs") return { name: part === "" ? inCell : `${inCell}, ${part}`, form: "json" };
  if (typeof output !== "number") return isContainer ? "inside" : { name: inCell, form: "json" };
  const name = `${inCell}, output ${output + 1}`;
  if (key === undefined) return isContainer ? "inside" : { name, form: "json" };
  if (key === "data" && kind === undefined && first === 0x7b) return "inside";
  if (key === "traceback") return { name, form: "text", between: "\n" };
  return outputRoute(name, String(key === "data" ? kind : key), first);
}

function outputRoute(name: string, kind: string, first: number): Route | "nothing" {
  if (NO_TEXT.has(kind) || OLD_PICTURES.has(kind)) return "nothing";
  if (/^(?:text\/html|html|image\/svg\+xml|svg)$/.test(kind)) return { name, form: "html" };
  return { name, form: first === 0x7b || /metadata|json/.test(kind) ? "json" : "text" };
}
