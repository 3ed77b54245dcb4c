/**
 * Each kind of key of ten vendors in every carrier: found, once, by its own rule, at the right place, however the file arrives; and
 * nothing of it in the same carrier without it. Kinds come from the catalogue, so that a new one is tried everywhere.
 */
import assert from "node:assert/strict";
import test from "node:test";
import { bytesSource } from "../../src/formats/source.ts";
import type { RawMatch } from "../../src/detect/types.ts";
import type { ByteSource } from "../../src/formats/types.ts";
import { providers } from "../../src/providers/index.ts";
import { usualScanner } from "../../src/scan/scanner.ts";
import type { Found } from "../../src/scan/types.ts";
import { usualDetector } from "../../src/scan/usual-detector.ts";
import { expandRecipe } from "../support/recipes.ts";
import { encodings } from "./encodings.ts";
import { notebooks } from "./notebooks.ts";
import { packed } from "./packed.ts";
import { text } from "./text.ts";
import type { Carrier, Sample } from "./types.ts";

const VENDORS = "openai anthropic huggingface aws google github gitlab slack stripe databricks".split(" ");
const detector = usualDetector();
const scanner = usualScanner(detector);

interface Kind extends Sample {
  readonly rule: string;
  /** How a finding of it reads. */
  readonly reads: string;
}

const reads = ({ rule, value, incomplete }: RawMatch): string =>
  [rule.id, incomplete === undefined ? "" : rule.severity, incomplete, value.toString("latin1")].join(" ");

function kindOf(rule: string, made: string): Kind {
  const [one, ...more] = detector.scan(Buffer.from(made, "latin1"));
  assert.ok(one !== undefined && more.length === 0 && one.rule.id === rule, `${rule}: found as plain text`);
  if (one.incomplete !== undefined)
    assert.equal(one.rule.severity, "low", `${rule}: a lone id is a low finding`);
  const middle = one.offset + (one.length >> 1);
  return {
    rule,
    text: made,
    value: made.slice(one.offset, one.offset + one.length),
    halves: [made.slice(0, middle), made.slice(middle)],
    reads: reads(one),
  };
}

const kinds = VENDORS.flatMap((id) => {
  const { credentials = [] } = providers.find((one) => one.id === id) ?? {};
  assert.ok(credentials.length > 0, id);
  return credentials.map(({ id: rule, hits }) =>
    kindOf(rule, expandRecipe(hits[0] ?? [], `carrier ${rule}`)),
  );
});

/** A stream that comes once, in pieces of an odd size. */
const piped = (bytes: Buffer, size: number): ByteSource => ({
  size: null,
  once: true,
  async *chunks() {
    for (let at = 0; at < bytes.length; at += size) {
      await Promise.resolve();
      const piece = Buffer.from(bytes.subarray(at, at + size));
      yield piece;
      piece.fill(0x20); // a chunk is only valid until the next one
    }
  },
});

const ours = new Set(kinds.map(({ rule }) => rule));

async function scan(path: string, source: ByteSource): Promise<Found[]> {
  const { found, unread } = await scanner.scan({ path, source });
  assert.deepEqual(unread, []);
  return found;
}

function checkPlace({ where }: Carrier, { text: made, value }: Kind, bytes: Buffer, found: Found): void {
  const file = bytes.toString("latin1");
  const lineAt = (at: number): number => file.slice(0, at).split("\n").length;
  if (where === "text") {
    const start = value.slice(0, Math.min(4, value.length >> 1)).split("\n")[0] ?? "";
    assert.equal(file.slice(found.offset, found.offset + start.length), start, "the value stands there");
    assert.equal(found.line, lineAt(found.offset));
    assert.equal(found.column, found.offset - file.lastIndexOf("\n", found.offset - 1));
  } else if ("starts" in where) {
    const [line = 0, column = 0] = where.starts.split(":").map(Number);
    const before = made.slice(0, made.indexOf(value));
    const lines = before.split("\n").length - 1;
    assert.equal(found.line, line + lines);
    if (lines === 0) assert.equal(found.column, column + before.length);
  } else {
    const stretch = Buffer.from(where.inside({ text: made, value, halves: kindHalves(made, value) }));
    const from = bytes.indexOf(stretch);
    assert.ok(from >= 0, "the carrier holds what it says");
    const to = stretch.length === 1 ? bytes.length : from + stretch.length;
    assert.ok(found.offset >= from && found.offset < to, `${found.offset} lies in ${from}..${to}`);
    assert.ok(found.line >= lineAt(from) && found.line <= lineAt(to));
  }
}

function kindHalves(made: string, value: string): [string, string] {
  const middle = made.indexOf(value) + (value.length >> 1);
  return [made.slice(0, middle), made.slice(middle)];
}

/** The same text with nothing random in it. */
const emptied = ({ text: made, value }: Kind): Sample => {
  const dull = `${value.slice(0, 4)}${value.slice(4).replace(/[A-Za-z0-9]/g, "x")}`;
  const again = made.replace(value, () => dull);
  return { text: again, value: dull, halves: kindHalves(again, dull) };
};

for (const carrier of [...text, ...encodings, ...notebooks, ...packed])
  test(`${kinds.length} kinds of keys in ${carrier.name}`, async () => {
    const problems: string[] = [];
    for (const kind of kinds) {
      if (carrier.not?.[kind.rule] !== undefined) continue;
      const bytes = Buffer.from(carrier.make(kind));
      for (const [how, source] of [
        ["at hand", bytesSource(bytes)],
        ["in small pieces", piped(bytes, bytes.length > 100_000 ? 50_001 : 7)],
        ["as a stream", piped(bytes, 100_000)],
      ] as const)
        try {
          const found = await scan(carrier.path, source);
          const decoders = ({ decoded = [] }: Pick<RawMatch, "decoded">): string =>
            carrier.decoded === null ? "" : decoded.join();
          const place = [carrier.entry, carrier.within, carrier.decoded?.join()].join(" | ");
          assert.equal(
            found
              .map(({ match, entry, within }) =>
                [reads(match), [entry, within, decoders(match)].join(" | ")].join(" | "),
              )
              .join("\n"),
            `${kind.reads} | ${place}`,
          );
          for (const one of found) checkPlace(carrier, kind, bytes, one);
        } catch (error) {
          problems.push(`${kind.rule}, ${how}: ${(error as Error).message.replaceAll("\n", " ")}`);
        }
      const control = Buffer.from(carrier.make(emptied(kind)));
      const left = await scan(carrier.path, bytesSource(control));
      if (left.some(({ match }) => ours.has(match.rule.id)))
        problems.push(`${kind.rule}: found where it is not`);
    }
    assert.deepEqual(problems, []);
  });
