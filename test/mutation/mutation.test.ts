/** The mutation tool itself, on one small guard: it finds the mutants, the tests kill them, and without tests they would live. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { mutantsOf, mutated } from "./mutants.ts";
import { guards } from "./guards.ts";
import { judgeBy } from "./judge.ts";
import { allMutants, survivors } from "./run.ts";
import { SWITCH, switched } from "./switched.ts";
import { digestOf, readTable, tableOf } from "./table.ts";
import { root } from "./targets.ts";

test("a guard's mutants: condition, comparison, operands, quantifier, check; and nothing else", () => {
  const text = `
    if (a <= b && !c) throw new Error("no");
    check(a);
    const ok = list.every((one) => one > 1);
    const name = a + b;
  `;
  assert.deepEqual(
    mutantsOf("x.ts", text).map(({ says }) => says),
    [
      "a <= b && !c → false",
      "a <= b && !c → (a <= b)",
      "a <= b && !c → (!c)",
      "a <= b → a < b",
      "!c → (c)",
      "check(a); → ;",
      "list.every → list.some",
      "one > 1 → one >= 1",
    ],
  );
  const [first] = mutantsOf("x.ts", text);
  assert.ok(first !== undefined && mutated(text, first).includes("if (false) throw"));
  const moved = mutantsOf("x.ts", `// a line above\n${text}`);
  assert.deepEqual(
    moved.map(({ key }) => key),
    mutantsOf("x.ts", text).map(({ key }) => key),
  );
});

test("tests notice a guard taken out; a change that means nothing goes through them", {
  timeout: 300_000,
}, async () => {
  const file = "src/core/time-window.ts";
  const text = readFileSync(join(root, file), "utf8");
  const all = mutantsOf(file, text);
  const guard = all.find(({ says }) => says.includes("minute < to → minute <= to"));
  const start = text.indexOf("/**");
  const neutral = {
    key: "neutral",
    file,
    line: 1,
    start,
    end: start,
    witness: start,
    needed: true,
    replacement: "/* nothing */",
    says: "",
  };
  assert.ok(guard !== undefined);
  assert.equal(await judgeBy(guard, "src/core/time-window.test.ts"), "killed");
  assert.equal(await judgeBy(neutral, "src/core/time-window.test.ts"), "survived");
});

test("every guard with a name stands in the code; its test goes red without it: three of them", {
  timeout: 300_000,
}, async () => {
  const all = guards();
  assert.equal(new Set(all.map(({ mutant }) => mutant.says)).size, all.length);
  for (const name of ["the fence of a background write", "networks of a secret id", "a token's end"]) {
    const guard = all.find(({ mutant }) => mutant.says === name);
    assert.ok(guard, name);
    assert.equal(await judgeBy(guard.mutant, guard.provedBy), "killed", name);
  }
});

test("every survivor that is explained is still a mutant of the code", () => {
  const keys = new Set(allMutants().map(({ key }) => key));
  assert.ok(keys.size > 1_000);
  for (const [key, reason] of Object.entries(survivors())) {
    assert.ok(keys.has(key), `${key} is gone: take its line out of survivors.json`);
    assert.ok(reason.length > 20, `${key} needs its reason`);
  }
});

test("every mutant that was found to survive has its reason, and the table is of this code", () => {
  const reasons = survivors();
  const table = readTable();
  for (const [file, { survived = [] }] of Object.entries(table))
    for (const key of survived)
      assert.ok(`${file} ${key}` in reasons, `${file} ${key} survives without a reason`);
  const mutants = allMutants().filter(({ needed }) => needed);
  assert.deepEqual(Object.keys(table).sort(), [...new Set(mutants.map(({ file }) => file))].sort());
});

test("a table tells what was noticed, what survives with a reason, and what is open", () => {
  const file = "src/core/time-window.ts";
  const [one, two, three, four] = mutantsOf(file, readFileSync(join(root, file), "utf8"));
  assert.ok(one && two && three && four);
  const of = digestOf(file);
  const verdict = { by: "", asked: 1, budget: 1 };
  const verdicts = new Map(
    [
      { ...verdict, key: one.key, of, fate: "killed" as const },
      { ...verdict, key: two.key, of: "another", fate: "killed" as const },
      { ...verdict, key: three.key, of, fate: "survived" as const },
      { ...verdict, key: four.key, of, fate: "survived" as const },
    ].map((each) => [each.key, each]),
  );
  const short = (key: string): string => key.slice(file.length + 1);
  assert.deepEqual(tableOf([one, two, three, four], verdicts, { reasons: { [three.key]: "because" } }), {
    [file]: { killed: 1, survived: [short(three.key)], open: [short(two.key), short(four.key)].sort() },
  });
});

test("mutants behind a switch: each is there when it is chosen, and the code as it was when none is", () => {
  const text = `(list, log, limit) => {
    if (list.length > limit && !list.every((one) => one > 1)) return "refused";
    log.checkAll();
    return list?.some((one) => one === 7) ? "seven" : "other";
  }`;
  const mutants = new Map(mutantsOf("x.ts", text).map((mutant, index) => [index, mutant]));
  type Guarded = (list: number[], log: { checkAll(): void }, limit: number) => string;
  // the text is our own, of the lines above
  const of = (code: string): Guarded => new Function(`return ${code}`)() as Guarded;
  const inputs: [number[], number][] = [
    [[1, 2, 7], 2],
    [[1, 2, 7], 3],
    [[2, 3], 1],
    [[], 0],
    [[0], 0],
  ];
  const says = (guarded: Guarded): unknown[] =>
    inputs.map(([list, limit]) => {
      let checks = 0;
      return [guarded(list, { checkAll: () => void checks++ }, limit), checks];
    });
  const all = of(switched(text, mutants));
  const place = globalThis as unknown as Record<string, unknown>;
  try {
    assert.deepEqual(says(all), says(of(text)));
    for (const [number, mutant] of mutants) {
      place[SWITCH] = number;
      assert.deepEqual(says(all), says(of(mutated(text, mutant))), mutant.says);
    }
  } finally {
    Reflect.deleteProperty(place, SWITCH);
  }
});
