/** Texts made from an expression's tree, for tests: most match it, with the counts of what repeats often at their limits. */
import fc from "fast-check";
import { members } from "../../src/match/byte-set.ts";
import type { Node } from "../../src/match/expression/parse.ts";

/** What stands around (look-behind, look-ahead) is not made: the caller puts the text where it fits. */
export function samplesOf(node: Node): fc.Arbitrary<string> {
  switch (node.type) {
    case "set":
      return fc.constantFrom(...members(node.set)).map((byte) => String.fromCharCode(byte));
    case "sequence":
      return fc.tuple(...node.parts.map(samplesOf)).map((parts) => parts.join(""));
    case "choice":
      return fc.oneof(...node.options.map(samplesOf));
    case "repeat": {
      const { min, max, body } = node;
      const most = Math.min(max, min + 5000);
      return fc
        .oneof(
          fc.constant(min),
          fc.constant(most),
          fc.integer({ min, max: most }),
          fc.integer({ min, max: Math.min(most, min + 3) }),
        )
        .chain((count) => fc.array(samplesOf(body), { minLength: count, maxLength: count, size: "max" }))
        .map((parts) => parts.join(""));
    }
    case "look":
    case "edge":
      return fc.constant("");
  }
}
