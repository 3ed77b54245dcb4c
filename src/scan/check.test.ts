import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test from "node:test";
import { stripVTControlCharacters } from "node:util";
import { fake } from "../../test/support/fake.ts";
import { createDetector } from "../detect/detector.ts";
import { providers } from "../providers/index.ts";
import { lookAtPipelines } from "../cli/ci/look.ts";
import { renderCheck } from "./check-page.ts";
import { check, exposedVariables, type CheckResult } from "./check.ts";
import { dockerIgnores } from "./docker-ignore.ts";

const detector = createDetector({ providers });

function folder(context: { after(fn: () => void): void }, files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "bulkhead-check-"));
  context.after(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}
const gitIn = (root: string, ...args: string[]): void => {
  execFileSync(
    "git",
    [
      "-C",
      root,
      "-c",
      "user.name=a",
      "-c",
      "user.email=a@example.com",
      "-c",
      "commit.gpgsign=false",
      ...args,
    ],
    { stdio: "ignore" },
  );
};
const look = (root: string, home: string, env: Record<string, string> = {}): Promise<CheckResult> =>
  check({ root, home, env, detector, pipelines: lookAtPipelines });

test("a clean folder outside git: nothing, and a next step all the same", async (t) => {
  const root = folder(t, { "train.py": `key = "${fake("sb_publishable_", 31)}" # public by design\n` });
  const result = await look(root, folder(t, {}));
  assert.deepEqual(
    [result.git, result.leaks, result.envFiles, result.environment, result.home, result.workflows],
    [false, [], [], [], [], []],
  );
  assert.equal(result.next.command, "bulkhead init");
  assert.equal(result.scanned.files, 1);
});

test("everything at once, in names and places only", async (t) => {
  const [leak, inEnv, inHome, inVariable] = [
    fake("hf_", 34),
    fake("hf_", 34),
    fake("hf_", 34),
    fake("hf_", 34),
  ];
  const root = folder(t, {
    "nb.ipynb": JSON.stringify({ cells: [{ source: [`t = "${leak}"`] }] }),
    ".env": `HF_TOKEN=${inEnv}\n`,
    ".env.local": "DEBUG=1\n",
    ".env.example": "HF_TOKEN=\n",
    ".gitignore": ".env.local\n",
    Dockerfile: "FROM scratch\nCOPY . /\n",
    ".dockerignore": ".env.*\n",
    ".github/workflows/ci.yml":
      "jobs:\n  a:\n    # ${{ secrets.COMMENTED }}\n    env:\n      A: ${{ secrets.OPENAI_API_KEY }}\n      B: ${{ secrets['PINECONE_API_KEY'] }}\n      C: ${{secrets.OPENAI_API_KEY}}\n  b: {uses: other/x/.github/workflows/x.yml@v1, secrets: inherit}\n",
    ".gitlab-ci.yml":
      "variables:\n  EPOCHS: 3\ntrain:\n  script:\n    - echo $WANDB_API_KEY $CI_COMMIT_SHA\n",
  });
  gitIn(root, "init", "-q");
  writeFileSync(join(root, "old.env"), "X=1\n");
  gitIn(root, "add", ".env", "old.env");
  gitIn(root, "commit", "-q", "-m", "x");
  gitIn(root, "rm", "-q", "-f", "old.env");
  gitIn(root, "commit", "-q", "-m", "y");
  const home = folder(t, {
    ".aws/credentials": "x",
    ".cache/huggingface/token": inHome,
    ".ssh/id_ed25519": "x",
    ".ssh/id_ed25519.pub": "x",
    ".npmrc": "",
  });
  const result = await look(root, home, {
    OPENAI_API_KEY: inVariable,
    AWS_ACCESS_KEY_ID: "x",
    PATH: "/bin",
    EMPTY_API_KEY: "",
    HIDDEN: inVariable,
  });

  assert.equal(result.git, true);
  assert.deepEqual(
    result.leaks.flatMap(({ places }) => places.map(({ path }) => path)),
    [".env", "nb.ipynb"],
  );
  assert.deepEqual(result.envFiles, [
    { path: ".env", present: true, ignored: false, committed: "now", dockerIgnored: false, publishedBy: [] },
    {
      path: ".env.local",
      present: true,
      ignored: true,
      committed: "never",
      dockerIgnored: true,
      publishedBy: [],
    },
    {
      path: "old.env",
      present: false,
      ignored: false,
      committed: "before",
      dockerIgnored: false,
      publishedBy: [],
    },
  ]);
  assert.deepEqual(result.environment, [
    { name: "HIDDEN", provider: "Hugging Face" },
    { name: "OPENAI_API_KEY", provider: "OpenAI" },
  ]);
  assert.deepEqual(
    result.home.map(({ path }) => path),
    ["~/.aws/credentials", "~/.cache/huggingface/token", "~/.ssh/id_ed25519"],
  );
  assert.deepEqual(result.workflows, [
    { name: "OPENAI_API_KEY", file: ".github/workflows/ci.yml", line: 5 },
    { name: "PINECONE_API_KEY", file: ".github/workflows/ci.yml", line: 6 },
    { name: "*", file: ".github/workflows/ci.yml", line: 8 },
    { name: "WANDB_API_KEY", file: ".gitlab-ci.yml", line: 5 },
  ]);
  assert.match(result.next.text, /nb\.ipynb:1 \(https:\/\/huggingface\.co/);

  assert.deepEqual(
    result.pipelines.map(({ severity, check: id, file, line }) => [severity, id, file, line]),
    [
      ["high", "unpinned-action", ".github/workflows/ci.yml", 8],
      ["high", "secrets-inherit", ".github/workflows/ci.yml", 8],
      ["medium", "gitlab-secret-printed", ".gitlab-ci.yml", 5],
    ],
  );
  const page = renderCheck(result);
  const everything = `${page}${JSON.stringify(result)}`;
  for (const value of [leak, inEnv, inHome, inVariable]) assert.ok(!everything.includes(value.slice(3, 12)));
  assert.ok(`${everything}${leak}`.includes(leak.slice(3, 12)), "the search itself works");
  for (const text of [
    "cell 1, source",
    "committed, enters image builds",
    "in the history, no longer here",
    "all of the caller's",
    "~/.aws/credentials",
  ])
    assert.ok(page.includes(text), text);
  assert.equal(stripVTControlCharacters(renderCheck(result, { color: true })), page);
});

test("an environment file that a release would carry is named", async (t) => {
  const root = folder(t, { ".env": "A=b\n", "package.json": '{"name":"a","version":"1.0.0"}' });
  const result = await check({ root, home: folder(t, {}), env: {}, detector });
  assert.deepEqual(
    result.envFiles.map(({ path, publishedBy }) => [path, publishedBy]),
    [[".env", ["the npm package"]]],
  );
  assert.match(renderCheck(result), /would be published in the npm package/);
  assert.match(result.next.text, /\.env would be published in the npm package/);
});

test("the next step is the most urgent one", async (t) => {
  const home = folder(t, {});
  const committed = folder(t, { ".env": "A=1\n" });
  gitIn(committed, "init", "-q");
  const open = await look(committed, home);
  assert.deepEqual(open.next.command, "echo .env >> .gitignore");
  gitIn(committed, "add", ".env");
  assert.equal((await look(committed, home)).next.command, "git rm --cached .env");
  assert.equal((await look(folder(t, {}), home, { HF_TOKEN: "x" })).next.command, "bulkhead init");
});

test("a page stays a page, and hostile names do nothing", async (t) => {
  const root = folder(
    t,
    Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`f${i}\u001b[2J.txt`, fake("hf_", 34)])),
  );
  const env = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`ACME_${i}_API_KEY`, "x"]));
  const page = renderCheck(await look(root, folder(t, {}), env));
  assert.ok(page.split("\n").length < 45);
  assert.match(page, /and 22 more/);
  assert.match(page, /f0\\x1b\[2J\.txt/);
  assert.doesNotMatch(page, /\u001b/);
});

test("a repository cannot make git run its own programs", async (t) => {
  const root = folder(t, { ".env": "A=1\n" });
  gitIn(root, "init", "-q");
  const mark = join(root, "ran");
  gitIn(root, "config", "core.fsmonitor", `touch ${mark}; false`);
  gitIn(root, "config", "diff.external", `touch ${mark}`);
  await look(root, folder(t, {}));
  assert.throws(() => execFileSync("ls", [mark], { stdio: "ignore" }));
});

test("variables are judged by name, then by the shape of their value", () => {
  const names = (env: Record<string, string | undefined>): string[] =>
    exposedVariables(env, detector).map(({ name }) => name);
  assert.deepEqual(
    names({
      B_TOKEN: "x",
      A_SECRET: "x",
      GONE_TOKEN: undefined,
      LANG: "C",
      AWS_REGION: "eu",
      MAX_TOKENS: "5",
    }),
    ["A_SECRET", "B_TOKEN"],
  );
  assert.deepEqual(names({ URL: `redis://a:${fake("", 20)}@cache/0`, LS_COLORS: "rs=0:di=01;34" }), ["URL"]);
});

test(".dockerignore as Docker reads it", () => {
  const file = "# comment\n\n/.env\n**/*.env\ndata/**\n!data/keep.env\nlogs\n?.txt\n";
  const cases: Record<string, boolean> = {
    ".env": true,
    "a/b/c.env": true,
    "x.env": true,
    "data/x": true,
    "data/keep.env": false,
    "logs/a/b": true,
    "a.txt": true,
    "ab.txt": false,
    "src/.env": true,
    other: false,
  };
  for (const [path, expected] of Object.entries(cases))
    assert.equal(dockerIgnores(file, path), expected, path);
  assert.equal(dockerIgnores("[", "x"), false);
});
