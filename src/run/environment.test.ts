import assert from "node:assert/strict";
import test from "node:test";
import { fake } from "../../test/support/fake.ts";
import { BulkheadError } from "../core/errors.ts";
import { reservedVariable, reservedVariables } from "../core/reserved-variables.ts";
import { Secret } from "../core/secret.ts";
import { assertTarget, buildEnvironment, explainEnvironment } from "./environment.ts";
import { kept, reserved } from "./variables.ts";

const none = { secrets: {}, plain: {} };
const code = (expected: string) => (error: unknown) =>
  error instanceof BulkheadError && error.code === expected;

test("what the collector asked for is removed, what GPU and cluster jobs need stays", () => {
  const asked =
    "OPENAI_API_KEY ANTHROPIC_API_KEY HF_TOKEN REPLICATE_API_TOKEN TOGETHER_API_KEY AZURE_OPENAI_KEY AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY GOOGLE_APPLICATION_CREDENTIALS WANDB_API_KEY COMET_API_KEY MLFLOW_TRACKING_USERNAME NEPTUNE_API_TOKEN GITHUB_TOKEN ACTIONS_ID_TOKEN_REQUEST_TOKEN SLURM_JWT NVIDIA_API_KEY CONDA_TOKEN RAY_REDIS_PASSWORD SSH_AUTH_SOCK LD_PRELOAD NODE_OPTIONS BULKHEAD_TOKEN VAULT_TOKEN UNHEARD_OF".split(
      " ",
    );
  const needed =
    "PATH HOME LANG LC_ALL LC_NUMERIC TERM COLORTERM NO_COLOR TMPDIR TZ USER LD_LIBRARY_PATH CONDA_PREFIX CONDA_DEFAULT_ENV VIRTUAL_ENV PYTHONPATH CUDA_VISIBLE_DEVICES NVIDIA_VISIBLE_DEVICES NCCL_DEBUG OMP_NUM_THREADS MKL_NUM_THREADS ROCM_PATH HIP_VISIBLE_DEVICES RANK LOCAL_RANK WORLD_SIZE MASTER_ADDR MASTER_PORT SLURM_JOB_ID XDG_CACHE_HOME HF_HOME TORCH_HOME PIP_CACHE_DIR CI GITHUB_ACTIONS GITHUB_SHA GITHUB_REPOSITORY GITHUB_REF".split(
      " ",
    );
  const ambient = Object.fromEntries([...asked, ...needed].map((name) => [name, `value of ${name}`]));
  const { env, decisions } = buildEnvironment({ ...none, ambient });
  assert.deepEqual(Object.keys(env).sort(), needed.sort());
  assert.equal(decisions.length, asked.length + needed.length, "every name is decided");
  const text = explainEnvironment(decisions);
  assert.match(text, /^removed {2}HF_TOKEN +not on the list/m);
  assert.equal(text.includes("value of"), false, "names only");
});

test("a variable that holds an injected value is removed, encoded too; short values only when equal", () => {
  const key = fake("sk-", 40);
  const ambient = {
    TMPDIR: `/tmp/${key}`,
    CUDA_X: Buffer.from(`x${key}`).toString("base64"),
    RANK: "12345",
    WORLD_SIZE: "123456",
    KEEP: key,
  };
  const secrets = { OPENAI_API_KEY: Secret.copy(key), PIN: Secret.copy("12345") };
  const { env } = buildEnvironment({ ambient, secrets, plain: {}, preserve: ["KEEP"] });
  assert.deepEqual(env, { WORLD_SIZE: "123456", OPENAI_API_KEY: key, PIN: "12345" });
});

test("user and password go out of proxies and other addresses", () => {
  const ambient = {
    HTTPS_PROXY: "http://user:p%40ss@proxy.corp:8080",
    http_proxy: "user:pass@proxy.corp:8080",
    ALL_PROXY: "socks5h://u:p@ss@10.0.0.1:1080",
    NO_PROXY: "localhost,10.0.0.0/8",
    NCCL_NET: "tcp://me:secret@host/x",
    PATH: "/opt/x@2/bin:/usr/bin",
  };
  const { env, decisions } = buildEnvironment({ ...none, ambient });
  assert.deepEqual(env, {
    HTTPS_PROXY: "http://proxy.corp:8080",
    http_proxy: "proxy.corp:8080",
    ALL_PROXY: "socks5h://10.0.0.1:1080",
    NO_PROXY: "localhost,10.0.0.0/8",
    NCCL_NET: "tcp://host/x",
    PATH: "/opt/x@2/bin:/usr/bin",
  });
  assert.equal(decisions.filter(({ action }) => action === "changed").length, 4);
});

test("preserve keeps what is asked for, and never Bulkhead's own", () => {
  const ambient = {
    MY_A: "1",
    MY_B: "2",
    LD_PRELOAD: "/usr/lib/libjemalloc.so",
    BULKHEAD_TOKEN: "t",
    VAULT_TOKEN: "t",
    GITHUB_TOKEN: "g",
  };
  const { env } = buildEnvironment({
    ...none,
    ambient,
    preserve: ["MY_*", "LD_PRELOAD", "BULKHEAD_TOKEN", "VAULT_TOKEN", "*"],
  });
  assert.deepEqual(env, { MY_A: "1", MY_B: "2", LD_PRELOAD: "/usr/lib/libjemalloc.so", GITHUB_TOKEN: "g" });
});

test("names that nobody may set", () => {
  const names =
    "LD_PRELOAD LD_AUDIT NODE_OPTIONS PYTHONSTARTUP PYTHONHOME BASH_ENV ENV PERL5OPT RUBYOPT GIT_SSH_COMMAND PROMPT_COMMAND BULKHEAD_TOKEN BULKHEAD_X VAULT_TOKEN PATH GIT_CONFIG_COUNT".split(
      " ",
    );
  for (const name of names) {
    assert.throws(
      () => buildEnvironment({ ambient: {}, secrets: {}, plain: { [name]: "x" } }),
      code("run.reserved-variable"),
      name,
    );
    assert.throws(
      () => buildEnvironment({ ambient: {}, secrets: { [name]: Secret.copy("xxxxxx") }, plain: {} }),
      code("run.reserved-variable"),
    );
  }
  for (const name of ["", "1A", "A-B", "A B", "A=B", "BASH_FUNC_x%%", "É"]) {
    assert.throws(
      () => assertTarget(name),
      (e) => code("run.invalid-variable")(e) || code("run.reserved-variable")(e),
      name,
    );
  }
  for (const name of ["OPENAI_API_KEY", "environment", "_x", "PGPASSWORD", "LD_LIBRARY_PATH"])
    assertTarget(name);
});

test("values that cannot be variables are refused without being shown", () => {
  const build = (bytes: Buffer) => () =>
    buildEnvironment({ ambient: {}, secrets: { KEY: Secret.copy(bytes) }, plain: {} });
  assert.throws(build(Buffer.from("abc\0def")), code("run.value-not-text"));
  assert.throws(build(Buffer.from([0x80, 0xff, 0x41])), code("run.value-not-text"));
  assert.throws(build(Buffer.alloc(140_000, "x")), code("run.value-too-large"));
  assert.throws(
    () => buildEnvironment({ ambient: {}, secrets: { A: Secret.copy("value-a") }, plain: { A: "b" } }),
    code("run.duplicate-variable"),
  );
  assert.equal(build(Buffer.alloc(100_000, "x"))().env.KEY?.length, 100_000);
});

test("every row has its reason, and no kept name is one that must never pass", () => {
  for (const row of [...kept, ...reserved]) assert.ok(row.why.length > 3 && row.names.length > 0);
  const names = kept.flatMap((row) => row.names);
  assert.equal(new Set(names).size, names.length, "no name twice");
  const hooks = reserved.filter(({ names: list }) => !list.includes("PATH")).flatMap((row) => row.names);
  assert.deepEqual(
    names.filter((name) => hooks.includes(name)),
    [],
  );
});

test("a run refuses every name that a declaration refuses, and no table knows more", () => {
  for (const { name } of reservedVariables) {
    assert.throws(() => assertTarget(name.replace("*", "X")), code("run.reserved-variable"), name);
  }
  for (const name of reserved.flatMap(({ names }) => names)) {
    assert.ok(reservedVariable(name.replace("*", "X")) !== null, `${name} may be declared`);
  }
  const plain = JSON.parse('{"__proto__":"lost"}') as Record<string, string>;
  assert.throws(() => buildEnvironment({ ...none, ambient: {}, plain }), code("run.reserved-variable"));
});
