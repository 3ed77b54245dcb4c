/** The engine believes what it computes about each rule's expression: these tests hold that against the expressions themselves. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { samplesOf } from "../../test/support/expression-samples.ts";
import { expandRecipe } from "../../test/support/recipes.ts";
import { scale } from "../../test/support/scale.ts";
import { boundsOf } from "../match/expression/bounds.ts";
import { nextHead } from "../match/expression/heads.ts";
import { parseExpression } from "../match/expression/parse.ts";
import type { Guard } from "../match/guard.ts";
import { createLiteralMatcher } from "../match/literals.ts";
import { providers } from "../providers/index.ts";
import { analyseFormat, compileFormat, literalsOf, ROOM, type Compiled } from "./compile.ts";
import { rulesOf } from "./from-providers.ts";
import { genericRules } from "./rules/index.ts";
import type { Rule, RuleFormat } from "./types.ts";

const rules: readonly Rule[] = [...providers.flatMap(rulesOf), ...genericRules];
const all = rules.flatMap((rule) =>
  rule.formats.map((format, index) => ({ rule, format, name: `${rule.id}, format ${index}` })),
);

test("every rule's stated length is at least the computed one, and what it looks at beside a match is near", () => {
  const wrong = all.flatMap(({ format, name }) => {
    const { max, behind, ahead } = boundsOf(parseExpression(format.pattern));
    return [
      ...(max <= (format.maxLength ?? max) && Number.isFinite(max)
        ? []
        : [`${name}: ${max} > ${format.maxLength}`]),
      ...(behind <= ROOM && ahead <= ROOM ? [] : [`${name}: looks at ${behind} before and ${ahead} behind`]),
    ];
  });
  assert.deepEqual(wrong, []);
});

test("every rule can be compiled, and nearly all know where a match begins", () => {
  const compiled = all.map(({ rule, format }) => ({ rule, ...analyseFormat(rule, format) }));
  const floating = compiled.filter(({ start }) => start === null).map(({ rule }) => rule.id);
  assert.ok(floating.length * 20 <= compiled.length, `searched for at many places: ${floating.join(", ")}`);
  assert.deepEqual(
    compiled.filter(({ guard }) => guard === null).map(({ rule }) => rule.id),
    [],
    "no guard",
  );
});

const rule = (format: Partial<RuleFormat>): [Rule, RuleFormat] => {
  const whole = { pattern: "abc", literals: ["abc"], ...format };
  return [
    { id: "r", title: "r", severity: "low", kind: "generic", prefixes: [], rank: 0, formats: [whole] },
    whole,
  ];
};

test("refuses what could not be searched for in bounded time and memory", () => {
  analyseFormat(...rule({}));
  for (const [format, reason] of [
    [{ pattern: "abc[a-z]+" }, /no longest match/],
    [{ pattern: "abc(?:[a-z]{1,9}){0,99}!" }, /too many ways/],
    [{ pattern: "(?<=x{65})abc" }, /further than/],
    [{ literals: ["ab"] }, /three bytes/],
    [{ literals: [] }, /three bytes/],
    [{ expression: { exec: () => null } }, /stated maxLength/],
  ] as const)
    assert.throws(() => analyseFormat(...rule(format)), reason);
});

/** Every match that the expression has in the text, by a search from every place. */
function matchesOf({ format }: Compiled, text: string): number[] {
  const one = new RegExp(format.pattern, "g");
  const found: number[] = [];
  for (let match = one.exec(text); match !== null; match = one.exec(text)) {
    found.push(match.index);
    one.lastIndex = match.index + 1;
  }
  return found;
}

/** Where the engine would look. */
function announced(compiled: Compiled, guard: Guard | null, text: string): Set<number> {
  const matcher = createLiteralMatcher(
    literalsOf(compiled.format).map((literal) => ({
      literal: Buffer.from(literal, "latin1"),
      ...(guard === null ? {} : { guard }),
    })),
    { capacity: text.length },
  );
  const bytes = Buffer.from(text, "latin1");
  matcher.input.set(bytes);
  const heads = compiled.heads();
  const places = new Set<number>();
  matcher.find({ from: 0, to: text.length, end: text.length }, (_, start) => {
    for (
      let at = start - (compiled.start ?? compiled.before);
      at <= start - (compiled.start ?? compiled.least);
      at++
    )
      if (heads === null || nextHead(heads, bytes, at, at) === at) places.add(at);
  });
  return places;
}

test("no match of any rule is missed: each begins where a literal that passed its guard says", () => {
  const recipes = new Map(
    providers.flatMap(({ credentials }) => credentials.map(({ id, hits }) => [id, hits])),
  );
  const around = fc.constantFrom(
    "",
    " ",
    "x",
    "\n",
    "=",
    '"',
    "\\n",
    "%3D",
    "\\u003d",
    "[0;31m",
    "_",
    "-",
    "https:",
    '"type": "',
    "\xff",
  );
  let matches = 0;
  for (const { rule, format, name } of all) {
    const analysed = analyseFormat(rule, format);
    const compiled = compileFormat(rule, format, analysed);
    const hits = recipes.get(rule.id) ?? [];
    const made = fc
      .nat(1e6)
      .chain((seed) =>
        hits.length === 0
          ? fc.constant("")
          : fc.constantFrom(...hits).map((recipe) => expandRecipe(recipe, `${rule.id}${seed}`)),
      );
    const piece = fc.oneof(samplesOf(parseExpression(format.pattern)), made);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(around, piece, around), { minLength: 1, maxLength: 3 }),
        fc.nat(400),
        (pieces, cut) => {
          const whole = pieces.flat().join("");
          for (const text of [whole, whole.slice(0, -cut || undefined)]) {
            const places = matchesOf(compiled, text);
            if (places.length === 0) continue;
            matches += places.length;
            const known = announced(compiled, analysed.guard, text);
            assert.deepEqual(
              places.filter((at) => !known.has(at)),
              [],
              name,
            );
          }
        },
      ),
      { numRuns: scale(2, 300) },
    );
  }
  assert.ok(matches > all.length, `${matches} matches were looked at`);
});
