/** What each fix makes of a workflow, and what holds for all of them: it still parses, authority shrinks, a second run changes nothing. */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { EVERYWHERE, filesOf } from "../../../test/support/fix-fixtures.ts";
import { repositoryOf, testFolder } from "../../../test/support/repository.ts";
import { type Check, audit, checks as allChecks } from "../index.ts";
import { type FixOptions, fixRepository } from "./apply.ts";
import { powersOf } from "./authority.ts";
import { fixesOf } from "./index.ts";

const W = ".github/workflows/w.yml";
function fixed(files: Readonly<Record<string, string>>, options: FixOptions = {}) {
  const folder = testFolder(files);
  try {
    return fixRepository(folder.root, {
      slug: { host: "github.com", owner: "acme", name: "widgets" },
      ...options,
    });
  } finally {
    folder.remove();
  }
}

/** Each test is about one kind of fix; permissions, which every job here lacks, have their own. */
const others = allChecks.filter(({ id }) => id !== "token-default");
const after = (text: string, options: FixOptions = {}): string =>
  fixed({ [W]: text }, { checks: others, ...options }).files.get(W)?.after ?? text;

const STEPS = (steps: string, more = ""): string =>
  `on: issues\njobs:\n  a:\n    runs-on: ubuntu-latest${more}\n    steps:\n${steps}`;

test("text of others becomes a variable, in whatever quotes it stood", () => {
  const made = after(
    STEPS(
      `      # keep me
      - name: say   # and me
        run: |
          echo "a \${{ github.event.issue.title }}" 'b \${{ github.event.issue.title }}' \${{ github.event.issue.body }}
          cat <<END
          \${{ github.event.issue.title }}
          END
          cat <<'END'
          \${{ github.event.issue.title }}
          END
      - run: echo "\${{ env.T }}"
        env:
          T: \${{ github.event.issue.title }} # own
      - {run: 'echo \${{ github.event.issue.title }}'}
`,
    ),
  );
  assert.equal(
    made,
    STEPS(
      `      # keep me
      - name: say   # and me
        env:
          ISSUE_BODY: \${{ github.event.issue.body }}
          ISSUE_TITLE: \${{ github.event.issue.title }}
        run: |
          echo "a \${ISSUE_TITLE}" 'b '"\${ISSUE_TITLE}"'' "\${ISSUE_BODY}"
          cat <<END
          \${ISSUE_TITLE}
          END
          cat <<'END'
          \${{ github.event.issue.title }}
          END
      - run: echo "\${T}"
        env:
          T: \${{ github.event.issue.title }} # own
      - {run: 'echo \${{ github.event.issue.title }}'}
`,
    ),
  );
});

test("a checkout leaves no credentials; where git is used later, only after a look", () => {
  const checks = EVERYWHERE.slice(0, 1);
  const cases: [string, string, string][] = [
    [
      "      - uses: actions/checkout@v4 # v4\n",
      "      - uses: actions/checkout@v4 # v4\n        with:\n          persist-credentials: false\n",
      "safe",
    ],
    [
      "      - uses: actions/checkout@v4\n        with: {ref: main}\n",
      "      - uses: actions/checkout@v4\n        with: {persist-credentials: false, ref: main}\n",
      "safe",
    ],
    [
      "      - name: c\n        uses: actions/checkout@v4\n        with:\n          ref: main\n",
      "      - name: c\n        uses: actions/checkout@v4\n        with:\n          persist-credentials: false\n          ref: main\n",
      "safe",
    ],
    [
      "      - uses: actions/checkout@v4\n        with:\n          persist-credentials: true\n",
      "      - uses: actions/checkout@v4\n        with:\n          persist-credentials: false\n",
      "safe",
    ],
    [
      "      - uses: actions/checkout@v4\n      - run: git push\n",
      "      - uses: actions/checkout@v4\n        with:\n          persist-credentials: false\n      - run: git push\n",
      "review",
    ],
  ];
  for (const [before, wanted, safety] of cases) {
    assert.equal(after(STEPS(before), { checks }), STEPS(safety === "safe" ? wanted : before), before);
    assert.equal(after(STEPS(before), { checks, review: true }), STEPS(wanted), before);
  }
});

test("the least permissions of a job are what its steps are seen to do", () => {
  const checks = EVERYWHERE.slice(1, 2);
  const of = (steps: string, more = "", review = false): string =>
    /permissions:.*?(?=\n {4}(?!\s)\w|$)/s
      .exec(after(STEPS(steps, more), { checks, review }).split("    steps:")[0] ?? "")?.[0]
      ?.trimEnd() ?? "";
  assert.equal(
    of("      - uses: actions/checkout@v4\n      - run: npm test\n"),
    "permissions:\n      contents: read",
  );
  assert.equal(of("      - run: echo hi\n"), "permissions: {}");
  assert.equal(
    of("      - run: gh release create v1\n        env: {GH_TOKEN: '${{ github.token }}'}\n", "", true),
    "permissions:\n      contents: write",
  );
  // Nobody knows what it does with the token: somebody must look.
  assert.equal(of("      - uses: who/knows@v1\n"), "");
  assert.equal(of("      - uses: who/knows@v1\n", "", true), "permissions: {}");
  assert.equal(
    of(
      "      - uses: actions/checkout@v4\n",
      "\n    permissions:\n      contents: write # why\n      issues: write",
    ),
    "permissions:\n      contents: read # why",
  );
  assert.equal(of("      - run: echo hi\n", "\n    permissions: write-all"), "permissions: {}");
  const push = "\n    permissions:\n      contents: read\n      packages: write";
  assert.equal(
    of("      - uses: actions/checkout@v4\n      - run: docker push ghcr.io/acme/x\n", push),
    "permissions:\n      contents: read\n      packages: write",
  );
  // It has no more to give.
  assert.equal(
    of("      - run: git push\n", "\n    permissions:\n      contents: read"),
    "permissions:\n      contents: read",
  );
});

test("a fix gives no permission that the job has not", () => {
  const checks = EVERYWHERE.slice(1, 2);
  const text = STEPS("      - uses: actions/checkout@v4\n      - run: git push\n");
  const made = (permissions: string): string =>
    /\n {4}permissions:[^]*?(?=\n {4}\w)/.exec(
      after(`permissions: ${permissions}\n${text}`, { checks, review: true }),
    )?.[0] ?? "";
  assert.equal(made("{contents: write, issues: write}"), "\n    permissions:\n      contents: write");
  assert.equal(made("{contents: read, issues: write}"), "\n    permissions:\n      contents: read");
  assert.equal(made("{issues: write}"), "\n    permissions: {}");
});

test("a secret goes to the steps that use it", () => {
  const checks = EVERYWHERE.slice(2, 3);
  const made = after(
    `on: push
env:
  LEVEL: debug # stays
  NPM_TOKEN: \${{ secrets.NPM }} # goes
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - run: echo hi
      - name: say
        run: npm publish
      - run: 'curl -H "x: $NPM_TOKEN" https://example.com'
        env:
          A: b
      - run: echo "$NPM_TOKEN"
        env:
          NPM_TOKEN: other
  b:
    runs-on: ubuntu-latest
    steps: [{run: ls}]
`,
    { checks },
  );
  assert.equal(
    made,
    `on: push
env:
  LEVEL: debug # stays
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - run: echo hi
      - name: say
        env:
          NPM_TOKEN: \${{ secrets.NPM }}
        run: npm publish
      - run: 'curl -H "x: $NPM_TOKEN" https://example.com'
        env:
          NPM_TOKEN: \${{ secrets.NPM }}
          A: b
      - run: echo "$NPM_TOKEN"
        env:
          NPM_TOKEN: other
  b:
    runs-on: ubuntu-latest
    steps: [{run: ls}]
`,
  );
});

test("static cloud keys become the run's own identity, with the policy to install", () => {
  const checks = EVERYWHERE.slice(3);
  const text = STEPS(
    `      - uses: aws-actions/configure-aws-credentials@v4
        with:
          aws-access-key-id: \${{ secrets.AWS_ACCESS_KEY_ID }}
          aws-secret-access-key: \${{ secrets.AWS_SECRET_ACCESS_KEY }}
          aws-region: eu-west-1
`,
    "\n    environment: production",
  );
  assert.equal(after(text, { checks }), text);
  const { files, applied } = fixed({ [W]: text }, { checks, review: true });
  const made = files.get(W)?.after ?? "";
  assert.match(made, /permissions:\n {6}contents: read\n {6}id-token: write\n {4}runs-on/);
  assert.match(
    made,
    /with:\n {10}role-to-assume: \$\{\{ vars\.AWS_ROLE_TO_ASSUME \}\}\n {10}aws-region: eu-west-1\n/,
  );
  assert.doesNotMatch(made, /secrets\./);
  assert.match(applied[0]?.note ?? "", /"repo:acme\/widgets:environment:production"/);
});

test("pins by the lock, with the version as the comment", () => {
  const sha = "0123456789abcdef0123456789abcdef01234567";
  const { files } = fixed({
    [W]: STEPS(
      "      - uses: who/knows@v4 # v4\n        with: {t: '${{ secrets.T }}'}\n      - uses: 'Who/Knows/sub@v1'\n",
    ),
    ".bulkhead/ci-lock.yaml": `entries:\n${["who/knows@v4", "who/knows/sub@v1"].map((uses) => `  - {uses: ${uses}, sha: ${sha}, kind: action, version: v4.2.1}\n`).join("")}`,
  });
  assert.equal(
    files.get(W)?.after,
    STEPS(
      `      - uses: who/knows@${sha} # v4.2.1\n        with: {t: '\${{ secrets.T }}'}\n      - uses: 'Who/Knows/sub@${sha}' # v4.2.1\n`,
    ),
  );
});

const folder = join(import.meta.dirname, "..", "checks", "fixtures");
for (const name of readdirSync(folder).filter((one) => one.endsWith(".yml")))
  test(`all fixes over ${name}`, () => {
    const files = filesOf(readFileSync(join(folder, name), "utf8"));
    for (const checks of [undefined, EVERYWHERE.slice(0, 3)]) {
      const options: FixOptions = { pedantic: true, ...(checks !== undefined && { checks }) };
      const result = fixed(files, options);
      const now = { ...files };
      for (const [path, { after: text }] of result.files) now[path] = text;
      const [old, made] = [repositoryOf(files), repositoryOf(now)];
      assert.deepEqual(
        made.diagnostics.map(({ id }) => id).sort(),
        old.diagnostics.map(({ id }) => id).sort(),
      );
      const had = powersOf(old);
      assert.deepEqual(
        [...powersOf(made)].filter((power) => !had.has(power)),
        [],
        "authority only shrinks",
      );
      assert.equal(fixed(now, options).files.size, 0, "a second run changes nothing");
      const left = audit(made, options)
        .flatMap(fixesOf)
        .filter(({ safety }) => safety === "safe");
      assert.deepEqual(
        left.map(({ title }) => title),
        [],
        "nothing is left that could be mended",
      );
      const comments = (all: Readonly<Record<string, string>>) =>
        Object.values(all)
          .join("\n")
          .match(/# <- \w+/g)?.length;
      if (checks === undefined) assert.equal(comments(now), comments(files), "comments stay");
      // With those that somebody must look at: the same, but for the exchange of a stored key.
      const looked = fixed(files, { ...options, review: true });
      const then = { ...files };
      for (const [path, { after: text }] of looked.files) then[path] = text;
      assert.deepEqual(
        [...powersOf(repositoryOf(then))].filter(
          (power) => !had.has(power) && !/ id-token (?:read|write)$/.test(power),
        ),
        [],
        "authority only shrinks, also with --unsafe",
      );
      assert.equal(
        fixed(then, { ...options, review: true }).files.size,
        0,
        "nor does a second run with --unsafe",
      );
    }
  });

test("a fix that breaks a file is refused, and nothing is written", () => {
  const [first] = EVERYWHERE;
  assert.ok(first !== undefined);
  const breaks: Check = {
    ...first,
    step: ({ span }, report) =>
      report({
        span,
        message: "x",
        fixes: [{ title: "break it", safety: "safe", edits: [{ span, text: "{" }] }],
      }),
  };
  assert.throws(() => fixed({ [W]: STEPS("      - run: ls\n") }, { checks: [breaks] }), {
    code: "ci.fix-broken",
  });
});

test("two jobs of one text are mended once", () => {
  const text =
    "on: push\njobs:\n  a: &a\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo\n  b: *a\n";
  assert.equal(
    after(text, { checks: allChecks, pedantic: true }),
    text.replace("    runs-on", "    permissions: {}\n    runs-on"),
  );
});
