/** All mutants of a file in one text: each behind the question whether it is the one that counts, so that one process serves them all. */
import type { Mutant } from "./mutants.ts";

/** The number of the mutant that counts, on `globalThis`; none: the code as it is. */
export const SWITCH = "__mutant";

interface Piece {
  readonly at: number;
  readonly opens: boolean;
  /** Of the whole: the outer opens first and closes last. */
  readonly length: number;
  readonly text: string;
}

/** Rows of tables count only while a module is loaded. */
export const isSwitchable = ({ key }: Mutant): boolean => kindOf(key) !== "row";

/** Mutants by their number, all of one file and switchable. */
export function switched(text: string, mutants: ReadonlyMap<number, Mutant>): string {
  const pieces = [...mutants].flatMap((one) => wrap(text, one));
  pieces.sort(
    (a, b) => a.at - b.at || Number(a.opens) - Number(b.opens) || (a.opens ? b.length - a.length : 0),
  );
  let made = "";
  let at = 0;
  for (const piece of pieces) {
    made += text.slice(at, piece.at) + piece.text;
    at = piece.at;
  }
  return made + text.slice(at);
}

function wrap(text: string, [number, { key, start, end, replacement }]: [number, Mutant]): readonly Piece[] {
  const length = end - start;
  const asked = `globalThis.${SWITCH} === ${number}`;
  const both = (open: string, close: string): readonly Piece[] => [
    { at: start, opens: true, length, text: open },
    { at: end, opens: false, length, text: close },
  ];
  const kind = kindOf(key);
  if (kind === "call") return both(`{ if (!(${asked})) { `, " } }");
  if (kind !== "quantifier") return both(`(${asked} ? (${replacement}) : `, ")");
  // the method alone, so that it keeps its object: `list.every(` → `list[… ? "some" : "every"](`
  const dot = text.lastIndexOf(".", end);
  const [was, other] = [text.slice(dot + 1, end), replacement.slice(replacement.lastIndexOf(".") + 1)];
  const chosen = `[${asked} ? "${other}" : "${was}"]/*`;
  return [
    { at: text[dot - 1] === "?" ? dot + 1 : dot, opens: true, length: 0, text: chosen },
    { at: end, opens: false, length: 0, text: "*/" },
  ];
}

const kindOf = (key: string): string => key.split(" ")[1] ?? "";
