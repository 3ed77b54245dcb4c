/**
 * Where in a notebook a byte is: `cell 3, output 1`. Walks the JSON's structure up to the offset without building it, so a
 * broken or huge notebook costs no more than its length.
 */
interface Level {
  readonly array: boolean;
  index: number;
  key: string;
}

const MAX_DEPTH = 1_000;

type Path = readonly (string | number)[];

/** Keys and indexes that lead to each offset; null where the bytes before it are no JSON. One pass; `offsets` ascend. */
export function jsonPathsAt(bytes: Uint8Array, offsets: readonly number[]): (Path | null)[] {
  const stack: Level[] = [];
  const paths: (Path | null)[] = [];
  // All offsets below `limit` lie where the walk is now.
  const settle = (limit: number): void => {
    while (paths.length < offsets.length && (offsets[paths.length] ?? 0) < limit)
      paths.push(stack.map((level) => (level.array ? level.index : level.key)));
  };
  const rest = (): (Path | null)[] => [...paths, ...offsets.slice(paths.length).map(() => null)];
  let key: string | null = null;
  for (let i = 0; i < bytes.length && paths.length < offsets.length; ) {
    const byte = bytes[i];
    const top = stack.at(-1);
    if (byte === 0x22) {
      const close = stringEnd(bytes, i);
      if (close === -1) break;
      settle(close);
      key = Buffer.from(bytes.buffer, bytes.byteOffset + i + 1, Math.min(close - i - 2, 64)).toString("utf8");
      i = close;
      continue;
    }
    settle(i + 1);
    if (byte === 0x7b || byte === 0x5b) {
      if (stack.length >= MAX_DEPTH) return rest();
      stack.push({ array: byte === 0x5b, index: 0, key: "" });
    } else if (byte === 0x7d || byte === 0x5d) {
      if (top === undefined) return rest();
      stack.pop();
    } else if (byte === 0x3a && top !== undefined && key !== null) top.key = key;
    else if (byte === 0x2c && top !== undefined) {
      top.index++;
      top.key = "";
    }
    i++;
  }
  settle(Number.POSITIVE_INFINITY);
  return paths;
}

/** Offset just past the closing quote, -1 when there is none. */
function stringEnd(bytes: Uint8Array, open: number): number {
  for (let i = open + 1; i < bytes.length; i++) {
    if (bytes[i] === 0x5c) i++;
    else if (bytes[i] === 0x22) return i + 1;
  }
  return -1;
}

/** The places a reader finds; undefined for what is in no cell and no metadata. `offsets` ascend. */
export function notebookPlaces(bytes: Uint8Array, offsets: readonly number[]): (string | undefined)[] {
  return jsonPathsAt(bytes, offsets).map((path) => (path === null ? undefined : placeIn(path)));
}

function placeIn(path: Path): string | undefined {
  const cells = path.indexOf("cells");
  const cell = path[cells + 1];
  if (cells === -1 || typeof cell !== "number")
    return path[0] === "metadata" ? "notebook metadata" : undefined;
  const [part, output] = path.slice(cells + 2);
  if (part === "outputs" && typeof output === "number") return `cell ${cell + 1}, output ${output + 1}`;
  if (part === "source" || part === "input") return `cell ${cell + 1}, source`;
  return typeof part === "string" && part !== "" ? `cell ${cell + 1}, ${part}` : `cell ${cell + 1}`;
}
