/** What formats and the detector make of one item together; keys in every carrier are tried in `test/carriers/`. */
import assert from "node:assert/strict";
import test from "node:test";
import { fake } from "../../test/support/fake.ts";
import { createDetector } from "../detect/detector.ts";
import { defaultLimits, formats } from "../formats/index.ts";
import { bytesSource } from "../formats/source.ts";
import type { ByteSource } from "../formats/types.ts";
import { providers } from "../providers/index.ts";
import { createContentScanner } from "./content.ts";

const detector = createDetector({ providers });
const scanner = createContentScanner({ detector, formats, limits: defaultLimits });

const key = fake("hf_", 34);
const output = (one: object): string =>
  JSON.stringify({
    cells: [{ cell_type: "code", id: "abcd1234", metadata: {}, outputs: [one], source: ["x"] }],
    nbformat: 4,
  });

const scan = async (path: string, source: ByteSource) => {
  const { found, unread } = await scanner.scan({ path, source });
  return { unread, found: found.filter(({ match }) => match.rule.rank === 0) };
};

test("pictures and ids make no noise", async () => {
  const picture = fake("", 400, "base64").repeat(200);
  const text = output({
    output_type: "display_data",
    data: {
      "image/png": `iVBOR${picture}`,
      "text/html": `<img src="data:image/png;base64,${picture}" token="x">`,
    },
  });
  const { found } = await scanner.scan({ path: "n.ipynb", source: bytesSource(Buffer.from(text)) });
  assert.deepEqual(found, []);
  const raw = Buffer.from(text.replace("iVBOR", `iVBOR${key}`).replace('token=\\"x', `token=\\"${key}`));
  assert.equal((await scan("n.ipynb", bytesSource(raw))).found.length, 1, "the attribute beside it is read");
});
