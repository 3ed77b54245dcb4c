/** A change anywhere in any credential is seen through the windows: no rule reaches further than they do. */
import assert from "node:assert/strict";
import test from "node:test";
import { fake } from "../../../test/support/fake.ts";
import { expandRecipe } from "../../../test/support/recipes.ts";
import { scale } from "../../../test/support/scale.ts";
import { providers } from "../../providers/index.ts";
import { ruleSet } from "../rules.ts";
import { historyScanner } from "../scanner.ts";
import { newOperations, parseDelta } from "./delta.ts";
import { createExaminer, type Examined } from "./examine.ts";
import { ValueTable } from "./hits.ts";

const { scanner } = historyScanner((await ruleSet()).detector);
const side = Array.from({ length: 400 }, (_, i) => fake("", 60, "lower", `${i}`).replace(/[0-9]/g, " ")).join(
  "\n",
);

/** A delta that keeps both ends of the base and puts `middle` in place of `removed` bytes at `at`. */
function deltaOf(
  base: Buffer,
  at: number,
  removed: number,
  middle: Buffer,
): { delta: Buffer; result: Buffer } {
  const varint = (value: number): number[] => {
    const out: number[] = [];
    for (let rest = value; ; rest = Math.floor(rest / 128)) {
      if (rest < 128) return [...out, rest];
      out.push((rest % 128) | 128);
    }
  };
  const copy = (from: number, length: number): number[] =>
    length === 0
      ? []
      : [
          0xff,
          from & 255,
          (from >> 8) & 255,
          (from >> 16) & 255,
          0,
          length & 255,
          (length >> 8) & 255,
          length >> 16,
        ];
  const result = Buffer.concat([base.subarray(0, at), middle, base.subarray(at + removed)]);
  const delta = Buffer.from([
    ...varint(base.length),
    ...varint(result.length),
    ...copy(0, at),
    ...(middle.length === 0 ? [] : [middle.length, ...middle]),
    ...copy(at + removed, base.length - at - removed),
  ]);
  return { delta, result };
}

test("a credential completed by one byte, or by joining its halves, is found wherever that byte stands", async () => {
  const samples = providers.flatMap(({ credentials }) =>
    credentials.flatMap(({ id, hits }) =>
      hits.slice(0, 1).map((recipe) => ({ id, text: expandRecipe(recipe, `w${id}`) })),
    ),
  );
  const longToken = expandRecipe(
    [{ jwt: { sub: "trainer", padding: fake("", 2500, "alnum", "pad") } }],
    "long",
  );
  samples.push({ id: "long jwt", text: `x ${longToken} y` });
  const pem = `-----BEGIN ${"RSA"} PRIVATE KEY-----\n${fake("", 6400, "base64", "k").replace(/.{64}/g, "$&\n")}-----END RSA PRIVATE KEY-----`;
  samples.push({ id: "private-key", text: pem });
  samples.push({ id: "private-key in a list", text: pem.replaceAll("\n", '\\n",\n    "') });
  const show = (examined: Examined): string[] =>
    examined.hits.map(({ offset, length }) => `${offset}+${length}`).sort();
  for (const { id, text } of samples) {
    const key = Buffer.from(text, "latin1");
    const places = scale(4, 40);
    for (let i = 0; i < places; i++) {
      const at = Math.floor((key.length * (i + 0.5)) / places);
      // In a file that has it whole but for a byte, or with another line between its halves.
      for (const between of [Buffer.alloc(0), Buffer.from("\n----- \0 between \n")]) {
        const broken = Buffer.concat([
          key.subarray(0, at),
          between,
          key.subarray(between.length === 0 ? at + 1 : at),
        ]);
        const base = Buffer.from(`${side}\n${broken.toString("latin1")}\n${side}`, "latin1");
        const start = side.length + 1 + at;
        const { delta, result } = deltaOf(
          base,
          start,
          between.length,
          between.length === 0 ? key.subarray(at, at + 1) : Buffer.alloc(0),
        );
        const examiner = createExaminer(scanner, new ValueTable());
        const before = await examiner.whole(base);
        const operations = newOperations();
        parseDelta(delta, base.length, 1 << 26, operations);
        const seen = await examiner.changed(result, {
          operations,
          baseSize: base.length,
          base: before,
          path: "",
        });
        assert.deepEqual(show(seen), show(await examiner.whole(result)), `${id} at ${at}`);
      }
    }
  }
});

test("a change among other text costs its surroundings, not the version", async () => {
  const base = Buffer.from(side);
  const { delta, result } = deltaOf(base, 9000, 3, Buffer.from("xy"));
  const examiner = createExaminer(scanner, new ValueTable());
  const operations = newOperations();
  parseDelta(delta, base.length, 1 << 26, operations);
  const before = await examiner.whole(base);
  const { scanned } = await examiner.changed(result, {
    operations,
    baseSize: base.length,
    base: before,
    path: "",
  });
  assert.ok(scanned > 1000 && scanned < 2000, `${scanned}`);
});
