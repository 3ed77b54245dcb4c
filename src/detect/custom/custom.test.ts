/** Rule files: what they mean, what is wrong in them and where, and that no expression of theirs costs more than its input. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { fake } from "../../../test/support/fake.ts";
import { scale } from "../../../test/support/scale.ts";
import { createDetector } from "../detector.ts";
import { type LoadedRules, type LoadOptions, loadRules } from "./index.ts";
import { shapeOf } from "./width.ts";

const gitleaks = (text: string, more: Partial<LoadOptions> = {}): Promise<LoadedRules> =>
  loadRules(text, { format: "gitleaks", file: "g.toml", ...more });
const yaml = (text: string): Promise<LoadedRules> => loadRules(text, { format: "yaml", file: "r.yaml" });
const scan = ({ rules }: LoadedRules, text: string): string[] =>
  createDetector({ providers: [], extraRules: rules })
    .scan(Buffer.from(text, "latin1"))
    .map(({ rule, value }) => `${rule.id} ${value.toString("latin1")}`);
const T = fake("", 20, "lower", "custom");

test("a rule of gitleaks' configuration finds what it says", async () => {
  const loaded = await gitleaks(`
title = "x"
[[rules]]
id = "acme-token"
description = "Acme token"
regex = '''(?i)\\b(acme_[a-z0-9]{20})(?:['"\\s;]|$)'''
entropy = 2
keywords = ["ACME_"]
tags = ["a"]
[[rules]]
id = "acme-pair"
regex = '''acmepair-(\\w+):(\\w{20})'''
secretGroup = 2
`);
  assert.deepEqual(loaded.warnings, [
    "rule acme-pair: matches longer than 8192 bytes are not found, since its expression sets no bound",
  ]);
  assert.deepEqual(scan(loaded, `key = "ACME_${T}"`), [`acme-token ACME_${T}`]);
  assert.deepEqual(scan(loaded, `key = "acme_${"a".repeat(20)}"`), [], "too little entropy");
  assert.deepEqual(scan(loaded, `xacme_${T} acme_${T}x`), []);
  assert.deepEqual(scan(loaded, `acmepair-me:${T}`), [`acme-pair ${T}`]);
  const two = `acme_${T} acme_${fake("", 20, "lower", "two")} `;
  assert.equal(scan(loaded, two).length, 2);
});

test("allow lists: secret, match, line, stop words, paths, commits; one or all of them; of a rule or of all", async () => {
  const { allow } = await gitleaks(`
[allowlist]
paths = ['''^docs/''']
[[allowlists]]
regexTarget = "line"
regexes = ['''nosecret''']
[[allowlists]]
condition = "AND"
paths = ['''\\.md$''']
stopwords = ["Sample"]
[[allowlists]]
targetRules = ["b"]
commits = ["AbC123"]
[[rules]]
id = "a"
regex = '''tokenlike-\\w{20}'''
[[rules.allowlists]]
regexes = ['''^zz''']
[rules.allowlist]
regexTarget = "match"
regexes = ['''like-q''']
[[rules]]
id = "b"
path = '''\\.py$'''
regex = '''otherlike-\\w{20}'''
`);
  const base = { path: "src/x.py", line: "a = 1", value: "yyyy", rule: "a" };
  assert.equal(allow.allows(base), null);
  assert.match(allow.allows({ ...base, path: "docs/x.py" }) ?? "", /allowed/);
  assert.match(allow.allows({ ...base, line: "a = 1 # nosecret" }) ?? "", /allowed/);
  assert.match(allow.allows({ ...base, line: "a = 1 # gitleaks:allow" }) ?? "", /comment/);
  assert.equal(allow.allows({ ...base, path: "a.md" }), null);
  assert.equal(allow.allows({ ...base, value: "a sample" }), null);
  assert.match(allow.allows({ ...base, path: "a.md", value: "a SAMPLE" }) ?? "", /allowed/);
  assert.match(allow.allows({ ...base, value: "zzz" }) ?? "", /allowed/);
  assert.equal(allow.allows({ ...base, value: "zzz", rule: "b" }), null);
  assert.match(allow.allows({ ...base, match: "tokenlike-q" }) ?? "", /allowed/);
  assert.equal(allow.allows({ ...base, commit: "abc123" }), null);
  assert.match(allow.allows({ ...base, rule: "b", commit: "ABC123" }) ?? "", /allowed/);
  assert.match(allow.allows({ ...base, rule: "b", path: "x.js" }) ?? "", /other paths/);
});

test("a rule's lists are asked with the whole match while it is found", async () => {
  const loaded = await gitleaks(`
[[rules]]
id = "a"
regex = '''tokenlike-(\\w)-(\\w{20})'''
secretGroup = 2
[rules.allowlist]
regexTarget = "match"
regexes = ['''like-q''']
`);
  assert.deepEqual(scan(loaded, `tokenlike-q-${T} tokenlike-r-${T}`), [`a ${T}`]);
});

test("a file that extends another, or the default", async () => {
  const base = `[[rules]]\nid = "one"\nregex = '''oneone-\\w{20}'''\n[[rules]]\nid = "two"\nregex = '''twotwo-\\w{20}'''\n`;
  const text = `[extend]\npath = "base.toml"\nuseDefault = true\ndisabledRules = ["two"]\n[[rules]]\nid = "three"\nregex = '''threethree-\\w{20}'''\n`;
  const loaded = await gitleaks(text, { read: (path) => Promise.resolve(path === "base.toml" ? base : "") });
  assert.deepEqual(loaded.rules.map(({ id }) => id).sort(), ["one", "three"]);
  assert.equal(loaded.useDefault, true);
  assert.deepEqual(loaded.disabled, ["two"]);
  assert.match(loaded.warnings.join(), /own rules are used instead/);
  const alone = await gitleaks(text);
  assert.match(alone.warnings.join(), /extends base\.toml, which was not read/);
  const circle = await gitleaks(`[extend]\npath = "a"\n`, {
    read: () => Promise.resolve(`[extend]\npath = "a"\n`),
  });
  assert.match(circle.warnings.join(), /too deep/);
});

test("rules of one's own in YAML", async () => {
  const loaded = await yaml(`
rules:
  - id: acme-token
    title: Acme token
    severity: critical
    pattern: 'acme-([0-9a-z]{20})'
    entropy: 2
    allow:
      values: ['^zz']
      words: [sample]
      paths: ['^test/']
      lines: ['# fine']
`);
  assert.deepEqual(scan(loaded, `a acme-${T} b`), [`acme-token ${T}`]);
  assert.equal(loaded.rules[0]?.severity, "critical");
  const base = { path: "a", line: "a", value: "b", rule: "acme-token" };
  assert.equal(loaded.allow.allows(base), null);
  for (const change of [{ path: "test/a" }, { line: "a # fine" }, { value: "zz" }, { value: "a sample" }])
    assert.match(loaded.allow.allows({ ...base, ...change }) ?? "", /allowed/);
  assert.equal(loaded.allow.allows({ ...base, rule: "other", path: "test/a" }), null);
});

test("what is wrong in a rule file is said with its place", async () => {
  const yamls: Record<string, RegExp> = {
    "rules:\n  - id: A b\n    pattern: x": /^r\.yaml:2:\d+: rules\.0\.id: an id is lower case/,
    "rules:\n  - id: a\n    pattern: '(abc'": /^r\.yaml:3:\d+: rule a: .*missing closing/,
    "rules:\n  - id: a\n    pattern: 'abc(?=d)'": /^r\.yaml:3:\d+: rule a: /,
    "rules:\n  - id: a\n    pattern: '[ab]{20}'": /^r\.yaml:3:\d+: rule a is left out/,
    "rules:\n  - id: a\n    pattern: abc\n    patern: x": /^r\.yaml:4:\d+: rules\.0\.patern/,
    "rules:\n  - id: a\n    pattern: abc\n    severity: bad": /^r\.yaml:4:\d+: rules\.0\.severity/,
    "rules:\n  - id: a\n    pattern: abc\n  - id: a\n    pattern: abc":
      /^r\.yaml:4:\d+: rule a is defined twice/,
    "rules: [": /^r\.yaml:\d+:\d+: /,
    "": /^r\.yaml:1:1: /,
    "- 1": /^r\.yaml:1:1: /,
    "rules: &a [*a]": /^r\.yaml/,
  };
  for (const [text, message] of Object.entries(yamls))
    await assert.rejects(yaml(text), { code: "rules.invalid", message });
  const tomls: Record<string, RegExp> = {
    "[[rules]\n": /^g\.toml:1:\d+: /,
    "[[rules]]\nregex = 'abc'": /^g\.toml: rules\.0\.id/,
    "[[rules]]\nid = 'a'\nregex = '(abc'": /^g\.toml: rule a: /,
    "[[rules]]\nid = 'a'\nregex = 'abc'\nsecretGroup = 3": /there is no group 3/,
    "[[rules]]\nid = 'a'\nregex = 'abc'\nkeywords = 'x'": /rules\.0\.keywords/,
    "[[allowlists]]\ncondition = 'XOR'\npaths = ['a']": /neither AND nor OR/,
    "[allowlist]\nregexes = ['[']": /the global allow list/,
    "[[rules]]\nid = 'a'\nregex = 'abc'\n[[rules]]\nid = 'a'\nregex = 'abd'": /defined twice/,
  };
  for (const [text, message] of Object.entries(tomls))
    await assert.rejects(gitleaks(text), { code: "rules.invalid", message });
  await assert.rejects(gitleaks("a".repeat((4 << 20) + 1)), { code: "rules.invalid" });
});

test("the length and the fixed text of an expression", () => {
  const cases: readonly (readonly [string, number, readonly string[]])[] = [
    ["abc", 3, ["abc"]],
    ["ab?c", 3, []],
    ["abc|defg", 4, ["abc", "defg"]],
    ["(?i)\\b(acme_[a-z]{20})(?:['\"\\s]|$)", 26, ["acme_"]],
    ["(?P<n>xyz){2,3}-", 10, ["xyz"]],
    ["a{2}b*", Number.POSITIVE_INFINITY, []],
    ["[^]a]bcd[[:alpha:]]", 5, ["bcd"]],
    ["\\Qa.b\\E\\.", 4, ["a.b."]],
    ["(?:one|two)three", 8, ["three"]],
    ["(?i:(?:one|two))", 3, ["one", "two"]],
    ["\\x41bcd", 7, ["bcd"]],
    ["", 0, []],
  ];
  for (const [source, longest, texts] of cases) assert.deepEqual(shapeOf(source), { longest, texts }, source);
});

test("matches of an expression are never longer than it is said, and hold its text", async () => {
  const { loadCompiler } = await import("./expression.ts");
  const compiler = await loadCompiler();
  const leaf = fc.constantFrom("abc", "x", "[ab]", "\\d", ".", "\\.", "key_");
  const { node } = fc.letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaf,
      fc.tuple(tie("node"), tie("node")).map(([a, b]) => `${a}${b}`),
      fc.tuple(tie("node"), tie("node")).map(([a, b]) => `(?:${a}|${b})`),
      fc.tuple(tie("node"), fc.nat(2), fc.nat(2)).map(([a, n, m]) => `(${a}){${n},${n + m}}`),
      tie("node").map((a) => `(?:${a})?`),
    ),
  }));
  fc.assert(
    fc.property(
      node,
      fc.array(fc.constantFrom("abc", "x", "a", "b", "1", ".", "key_", "ABC"), { maxLength: 12 }),
      (source, words) => {
        const { longest, texts } = shapeOf(source);
        const expression = compiler.compile(source).expression(0);
        const text = words.join("");
        for (let one = expression.exec(text, 0, false); one !== null; ) {
          const whole = text.slice(one.index, one.next).toLowerCase();
          assert.ok(whole.length <= longest, source);
          assert.ok(texts.length === 0 || texts.some((known) => whole.includes(known)), `${source} ${whole}`);
          one = expression.exec(text, one.index + 1, false);
        }
      },
    ),
    { numRuns: scale(300, 20_000) },
  );
});

test("any text is a rule file or an error with a code", async () => {
  const words = [
    "[[rules]]\n",
    "id = 'a'\n",
    "regex = '''",
    "'''\n",
    "(a+)+$",
    "[allowlist]\n",
    "rules:\n",
    "  - id: a\n",
    "    pattern: ",
    "keywords = [",
    "]\n",
    "\0",
    "é",
    "{",
    "&a",
    "*a",
    "(?i)",
    "x{1000}{1000}",
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...words), { maxLength: 20 }),
      fc.constantFrom("yaml", "gitleaks"),
      async (parts, format) => {
        await loadRules(parts.join(""), { format: format as "yaml" | "gitleaks" }).catch(
          (error: { code?: string }) => assert.equal(error.code, "rules.invalid"),
        );
      },
    ),
    { numRuns: scale(200, 5000) },
  );
});

test("a keyword need not stand in a match, on either side of it, and a short one is looked for with what is beside it", async () => {
  const loaded = await gitleaks(`
[[rules]]
id = "near"
regex = '''\\b(pat[[:alnum:]]{17})\\b'''
keywords = ["acmebase"]
[[rules]]
id = "short"
regex = '''([a-z]{3}\\dQ~\\w{20})'''
keywords = ["Q~"]
`);
  assert.deepEqual(loaded.warnings, []);
  const token = fake("pat", 17, "lower", "near");
  assert.deepEqual(scan(loaded, `# acmebase\n${token} `), [`near ${token}`]);
  assert.deepEqual(scan(loaded, `${token} # of Acmebase`), [`near ${token}`]);
  assert.deepEqual(scan(loaded, `${token} # of acme`), [], "no keyword");
  assert.deepEqual(scan(loaded, `acmebase${" ".repeat(5000)}${token}`), [], "a keyword far away");
  assert.deepEqual(scan(loaded, `"abc8Q~${T}"`), [`short abc8Q~${T}`]);
});

test("JavaScript's engine and re2js find the same, wherever the input is cut", async () => {
  // The first has too many ways for JavaScript's engine, the second cannot be said in its syntax.
  const loaded = await gitleaks(`
[[rules]]
id = "many"
regex = '''(?:key.{0,200}.{0,200}.{0,200}.{0,200}=|pass:)(\\w{20})\\b'''
[[rules]]
id = "other"
regex = '''word\\pL*-(\\w{20})\\b'''
[[rules]]
id = "plain"
regex = '''(?i)label.{0,40}=(\\w{20})\\b'''
`);
  const text = Buffer.from(`x key a=${T}\npass:${T} words-${T} LABEL =${T}\n`.repeat(20), "latin1");
  const detector = createDetector({ providers: [], extraRules: loaded.rules, blockSize: 64 });
  const whole = detector.scan(text).map(({ rule, offset }) => `${offset} ${rule.id}`);
  assert.deepEqual([...new Set(whole.map((one) => one.split(" ")[1]))].sort(), ["many", "other", "plain"]);
  assert.equal(whole.length, 80);
  for (const size of [1, 7, 100]) {
    const stream = detector.stream();
    const found = [];
    for (let at = 0; at < text.length; at += size) found.push(...stream.push(text.subarray(at, at + size)));
    found.push(...stream.end());
    assert.deepEqual(
      found.map(({ rule, offset }) => `${offset} ${rule.id}`),
      whole,
    );
  }
});

test("expressions that would explode elsewhere are linear here", { timeout: 60_000 }, async () => {
  const loaded = await gitleaks(`
[[rules]]
id = "bomb"
regex = '''tok((a+)+)+$'''
[[rules]]
id = "greedy"
regex = '''tok.*(.*)*z{20}[a-z]+q'''
`);
  const size = scale(1 << 17, 1 << 21);
  assert.deepEqual(scan(loaded, "tokaaaa"), ["bomb aaaa"], "control");
  for (const unit of ["tok", "toka", `tok${"a".repeat(200)}`])
    assert.deepEqual(scan(loaded, `${unit.repeat(size / unit.length)}!`), []);
});
