/** What a carrier is: a file that holds a text in a form of its own. Tables of them are in this folder, one file a family. */

/** A text with one credential in it, as the catalogue's recipes make it. */
export interface Sample {
  readonly text: string;
  readonly value: string;
  /** The text, cut in the middle of the value. */
  readonly halves: readonly [string, string];
}

/** How the place is known. */
export type Where =
  /** `line:column` of the text's first character, in the file or the entry. */
  | { readonly starts: string }
  /** The value's first characters stand in the file, and the place is theirs. */
  | "text"
  /** The place is inside this text of the file. */
  | { readonly inside: (sample: Sample) => string | Buffer };

export interface Carrier {
  readonly name: string;
  readonly path: string;
  make(sample: Sample): Buffer | string;
  readonly where: Where;
  readonly entry?: string;
  readonly within?: string;
  /** Decoders passed to reach the value; null: some kinds need one and some do not. */
  readonly decoded?: readonly string[] | null;
  /** Kinds (rule ids) that cannot stand in it as they are, with the reason. */
  readonly not?: Readonly<Record<string, string>>;
}

export const json = (value: unknown): string => JSON.stringify(value, null, 1);
export const ESC = "\u001b";

/** A carrier whose text is made by `encode` and stands in the file as it is. */
export const encoded = (
  name: string,
  decoded: readonly string[] | null,
  encode: (sample: Sample) => string | Buffer,
  around: readonly [string, string] = ["one\ndata: ", "\nlast\n"],
): Carrier => ({
  name,
  path: "data.txt",
  make: (sample) => Buffer.concat([around[0], encode(sample), around[1]].map((part) => Buffer.from(part))),
  where: { inside: encode },
  decoded,
});
