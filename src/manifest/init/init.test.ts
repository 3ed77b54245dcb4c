/** `init`: the sample pipeline gives the declaration written by hand, other repositories a sound one, and values stay where they are. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test from "node:test";
import fc from "fast-check";
import { prepareWorkspace } from "../../../examples/demo/workspace.ts";
import { fake } from "../../../test/support/fake.ts";
import { kernelApi } from "../../../test/support/manifest-api.ts";
import { scale } from "../../../test/support/scale.ts";
import { discover, parseManifest, plan, renderManifest, requireManifest } from "../index.ts";

const EXPECTED = join(import.meta.dirname, "..", "..", "..", "test", "fixtures", "init-expected.yaml");

async function inFolder<T>(
  files: Readonly<Record<string, string>>,
  body: (root: string) => Promise<T>,
): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), "bulkhead-init-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return await body(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

const initOf = (files: Readonly<Record<string, string>>): Promise<string> =>
  inFolder(files, async (root) =>
    renderManifest(await discover(root)).replace(/^project: .*$/m, "project: p"),
  );

/** Without comments and the two lines at the top. */
const entries = (text: string): string[] =>
  text.split("\n").filter((line) => line !== "" && !/^\s*#/.test(line));

test("the sample pipeline: seventeen keys, each stage with its own only, accepted by plan as it stands", async () => {
  const temp = mkdtempSync(join(tmpdir(), "bulkhead-init-"));
  try {
    const workspace = prepareWorkspace(temp);
    const text = renderManifest(await discover(workspace.project));
    assert.equal(text, readFileSync(EXPECTED, "utf8"));
    for (const [variable, value] of workspace.secrets) {
      assert.ok(!text.includes(value), `${variable}'s value is not in it`);
      assert.ok(text.includes(variable), `${variable} is named`);
    }
    assert.ok(text.includes("http://127.0.0.1:9"), "the search sees what is copied from .env");
    const api = await kernelApi();
    const { writes, findings } = await plan(requireManifest(text), api);
    await api.kernel.close();
    assert.equal(writes.filter(({ what }) => what === "role").length, 12);
    assert.deepEqual(
      findings.filter(({ level }) => level === "refused").map(({ message }) => message.split(" ")[0]),
      ["huggingface", "wandb"],
    );
  } finally {
    rmSync(temp, { recursive: true });
  }
});

test("the full declaration of the sample is sound", () => {
  const file = join(
    import.meta.dirname,
    "..",
    "..",
    "..",
    "examples",
    "fraud-detector",
    "bulkhead.full.yaml",
  );
  assert.deepEqual(parseManifest(readFileSync(file)).problems, []);
});

test("an empty folder gives a declaration that plan accepts", async () => {
  const text = await initOf({ "README.md": "# hello" });
  assert.deepEqual(entries(text), ["project: p", "stages:", "  main: { use: [] }"]);
  requireManifest(text);
});

test("a vendor's client that reads its variable by itself counts as a use; one that is only installed does not", async () => {
  const text = await initOf({
    ".env": `OPENAI_API_KEY=${fake("sk-proj-", 40)}\nCOHERE_API_KEY=${fake("", 40)}\n`,
    "requirements.txt": "openai==2\ncohere>=5 # embeddings\n# wandb\npinecone\n",
    "main.py": "from openai import OpenAI\nif __name__ == '__main__':\n    OpenAI()\n",
  });
  requireManifest(text);
  assert.deepEqual(entries(text), [
    "project: p",
    "secrets:",
    "  openai: { provider: openai }",
    "  cohere: { provider: cohere }",
    "stages:",
    "  main:",
    "    run: python3 main.py",
    "    use: [openai]",
  ]);
  assert.match(text, /no credential was seen: pinecone\./);
});

test("local imports are followed, vendored ones are not; comments and strings of other files don't count", async () => {
  const text = await initOf({
    ".env": "A_TOKEN=x\nB_TOKEN=y\nC_TOKEN=z\nD_TOKEN=w\n",
    "jobs/train.py": "from lib.keys import token\nfrom .side import more\nimport evil\n",
    "lib/keys.py": "import os\ntoken = os.environ['A_TOKEN']\n# os.environ['D_TOKEN']\n",
    "jobs/side.py": "from os import getenv\nmore = getenv('B_TOKEN', '')\n",
    "vendor/evil.py": "import os\nos.environ['C_TOKEN']\n",
  });
  requireManifest(text);
  assert.match(text, /run: python3 jobs\/train\.py\n {4}use: \{ A_TOKEN: a, B_TOKEN: b \}\n/);
  assert.match(text, /No stage reads these[^]*\n {2}c: \{\}\n[^]*\n {2}d: \{\}\n/);
});

test("JavaScript, shell, notebooks, Dockerfiles, pipelines: each tells what it can", async () => {
  const text = await initOf({
    ".env.local": "export STRIPE_SECRET_KEY='x'\nDEBUG=true\nODD=p4ssw0rd-Zx81\n",
    "serve.mjs":
      "const { STRIPE_SECRET_KEY, DEBUG } = process.env;\nprocess.env.ODD; import('./more.mjs');\n",
    "more.mjs": "export default process.env['ANTHROPIC_API_KEY'];\n",
    "load.sh": 'curl -H "Authorization: $STRIPE_SECRET_KEY" "$URL" # $HOME\n',
    "notes.ipynb": JSON.stringify({
      cells: [{ cell_type: "code", source: ["import os\n", "os.environ['WANDB_API_KEY']"], outputs: [] }],
    }),
    Dockerfile: "FROM python\nARG NPM_TOKEN\nENV A=b\n",
    Makefile: "fit:\n\t@python3 steps/fit_model.py --all\n",
    "steps/fit_model.py": "import os\nos.environ.get('HF_TOKEN')\n",
    "dvc.yaml": "stages:\n  embed:\n    cmd: python embed.py --n 3\n    deps: [embed.py]\n",
    "embed.py": "print(1)\n",
  });
  const manifest = requireManifest(text);
  assert.deepEqual(
    manifest.stages.map(
      ({ name, run, use }) => `${name} | ${run} | ${use.map(({ variable }) => variable).join(",")}`,
    ),
    [
      "load | bash load.sh | STRIPE_SECRET_KEY",
      "embed | python embed.py --n 3 | ",
      "serve | node serve.mjs | ANTHROPIC_API_KEY,STRIPE_SECRET_KEY",
      "fit | python3 steps/fit_model.py --all | HF_TOKEN",
    ],
  );
  assert.match(text, /set: \{ DEBUG: true \}/);
  assert.match(text, /also reads ODD: not copied/);
  assert.ok(!text.includes("p4ssw0rd"));
  assert.match(text, /# WANDB_API_KEY in notes\.ipynb\n/);
  assert.match(text, /# NPM_TOKEN in Dockerfile\n/);
});

test("two keys of one vendor are two secrets, the same value under two names is one, a value says whose it is", async () => {
  const one = fake("ghp_", 30);
  const text = await initOf({
    ".env": [
      `OPENAI_API_KEY=${fake("a", 30)}`,
      `OPENAI_API_KEY_EVAL=${fake("b", 30)}`,
      "HF_TOKEN=same-value-here-1",
      "HUGGING_FACE_HUB_TOKEN=same-value-here-1",
      `CLAUDE_THING=sk-ant-api03-${fake("", 93)}AA`,
      `GH=${one}`,
    ].join("\n"),
  });
  requireManifest(text);
  assert.match(text, /# OPENAI_API_KEY in \.env\n {2}openai: \{ provider: openai \}/);
  assert.match(text, /# OPENAI_API_KEY_EVAL in \.env\n {2}openai-[a-z-]*eval: \{ provider: openai \}/);
  assert.match(text, /# HF_TOKEN, HUGGING_FACE_HUB_TOKEN in \.env\n {2}huggingface: /);
  assert.match(text, /# CLAUDE_THING in \.env\n {2}anthropic: \{ provider: anthropic \}/);
  assert.ok(!text.includes(one));
});

test("links out of the folder, huge files and a folder with a hostile name do no harm", async () => {
  await inFolder(
    { "train.py": "import os\nos.environ['HF_TOKEN']\n", "big.py": "x".repeat(2 << 20) },
    async (root) => {
      symlinkSync("/etc/passwd", join(root, ".env"));
      symlinkSync(root, join(root, "loop"));
      const odd = join(root, 'x" { capabilities = ["sudo"] }\n: ');
      mkdirSync(odd);
      writeFileSync(join(odd, "train.py"), "import os\nos.environ['HF_TOKEN']\n");
      const text = renderManifest(await discover(odd));
      assert.equal(requireManifest(text).project, "x-capabilities-sudo");
      assert.ok(!renderManifest(await discover(root)).includes("root:"));
      requireManifest(renderManifest(await discover(root)));
    },
  );
});

test("equal placeholders of two providers stay two secrets", async () => {
  const text = await initOf({
    ".env": "DATABASE_URL=changeme\nHF_TOKEN=changeme\nOPENAI_API_KEY=changeme\n",
    "train.py":
      'import os\nos.environ["HF_TOKEN"]; os.environ["DATABASE_URL"]; os.environ["OPENAI_API_KEY"]\n',
  });
  assert.deepEqual(parseManifest(text).problems, [], text);
  for (const provider of ["postgres", "huggingface", "openai"])
    assert.match(text, new RegExp(`provider: ${provider}`));
});

test("whatever a repository holds, the declaration is sound and no credential of its .env is in it", async () => {
  const names = fc.constantFrom(
    "OPENAI_API_KEY",
    "HF_TOKEN",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_REGION",
    "DB_PASSWORD",
    "MY_KEY",
    "EPOCHS",
    "PATH",
    "DATABASE_URL",
    "LD_PRELOAD",
    "X",
    "GITHUB_TOKEN",
    "S3_KEY",
    "A__TOKEN_",
  );
  const values = fc.oneof(
    fc.constant("60"),
    fc.string({ maxLength: 30 }),
    fc.integer({ min: 8, max: 40 }).map((length) => fake("", length)),
  );
  const scripts = fc.constantFrom(
    "train.py",
    "serve.js",
    "a b.py",
    "src/train.py",
    "x.sh",
    "Train-Model.py",
    "run.ts",
  );
  const repository = fc.record({
    env: fc.array(fc.tuple(names, values), { maxLength: 12 }),
    reads: fc.array(fc.tuple(scripts, names), { maxLength: 12 }),
    junk: fc.record({
      "pyproject.toml": fc.string(),
      "n.ipynb": fc.json(),
      "package.json": fc.json(),
      Makefile: fc.string(),
      "dvc.yaml": fc.string(),
    }),
  });
  await fc.assert(
    fc.asyncProperty(repository, async ({ env, reads, junk }) => {
      const files: Record<string, string> = { ...junk };
      files[".env"] = env.map(([name, value]) => `${name}=${value}`).join("\n");
      for (const [script, name] of reads)
        files[script] =
          `${files[script] ?? ""}os.environ["${name}"]; process.env.${name}; echo $${name}; __name__ == "__main__"\n`;
      const text = await initOf(files);
      assert.deepEqual(parseManifest(text).problems, [], text);
      for (const [name, value] of env)
        if (
          /KEY|TOKEN|PASSWORD|DATABASE/.test(name) &&
          /^[A-Za-z0-9]{8,}$/.test(value) &&
          !/^\d+$/.test(value)
        )
          assert.ok(!text.includes(value), `${name} in\n${text}`);
    }),
    { numRuns: scale(40, 2_000) },
  );
});
