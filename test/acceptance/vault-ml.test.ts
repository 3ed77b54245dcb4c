/** The example of examples/vault-ml against a real server process, with moto behind its AWS engine. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { fake } from "../support/fake.ts";
import { startAccount } from "../support/moto-account.ts";
import { spawnServer } from "../support/process.ts";
import { NO_PIP, pythonPackages } from "../support/python.ts";

const exec = promisify(execFile);
const EXAMPLE = join(import.meta.dirname, "..", "..", "examples", "vault-ml");

const POLICY = `
path "secret/data/ml/*" { capabilities = ["read", "update"] }
path "aws/sts/ml-training" { capabilities = ["update"] }
`;
const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }],
});
/** What a program of the team's does with the class. */
const PROGRAM = `
import json, sys
from ml_secrets import MlSecrets
with MlSecrets() as secrets:
    session = secrets.aws()
    version = secrets.rotate("ml/openai", "api_key", sys.argv[1])
    json.dump({
        "openai": secrets.openai_key(), "huggingface": secrets.huggingface_token(), "version": version,
        "aws": session.arguments(), "seconds": session.seconds, "printed": repr(session),
        "token": secrets._client.token,
    }, sys.stdout)
`;

test("the Python class reads its keys, takes AWS credentials for 15 minutes, and writes a new version", async (t) => {
  const packages = await pythonPackages(["hvac==2.4.0"]);
  const account = packages === null ? null : await startAccount();
  if (packages === null || account === null) return t.skip(NO_PIP);
  t.after(() => account.stop());
  const home = mkdtempSync(join(tmpdir(), "bulkhead-ml-"));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const store = join(home, "store");
  mkdirSync(store, { mode: 0o700 });
  const server = await spawnServer({ home: store });
  t.after(() => server.end("SIGTERM"));

  const call = async (method: string, path: string, body?: object): Promise<Record<string, unknown>> => {
    const response = await fetch(`${server.address}/v1/${path}`, {
      method,
      headers: { "x-vault-token": server.token, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    assert.ok(response.ok, `${path}: ${response.status} ${text}`);
    return text === "" ? {} : ((JSON.parse(text) as { data: Record<string, unknown> }).data ?? {});
  };
  const [openai, next, huggingface] = [fake("sk-", 40), fake("sk-", 40), fake("hf_", 34)];
  const arn = (
    await account.iam("CreateRole", { RoleName: "training", AssumeRolePolicyDocument: TRUST })
  ).text("Arn");
  await call("POST", "secret/data/ml/openai", { data: { api_key: openai, note: "stays" } });
  await call("POST", "secret/data/ml/huggingface", { data: { token: huggingface } });
  await call("POST", "sys/mounts/aws", { type: "aws" });
  await call("POST", "aws/config/root", {
    access_key: account.admin.accessKeyId,
    secret_key: account.admin.secretAccessKey,
    iam_endpoint: account.address,
    sts_endpoint: account.address,
  });
  await call("POST", "aws/roles/ml-training", {
    credential_type: "assumed_role",
    role_arns: [arn],
    default_sts_ttl: "15m",
  });
  await call("POST", "sys/policies/acl/ml", { policy: POLICY });
  await call("POST", "auth/approle/role/ml", { token_policies: ["ml"], token_ttl: "30m" });
  const { role_id: roleId } = await call("GET", "auth/approle/role/ml/role-id");
  const freshFile = async (name: string, mode = 0o600): Promise<string> => {
    const { secret_id: secretId } = await call("POST", "auth/approle/role/ml/secret-id");
    const path = join(home, name);
    writeFileSync(path, `${String(secretId)}\n`, { mode: 0o600 });
    chmodSync(path, mode);
    return path;
  };
  const python = (file: string, args: readonly string[]) =>
    exec("python3", [...args], {
      cwd: home,
      env: {
        PATH: process.env.PATH ?? "",
        PYTHONPATH: `${packages}:${EXAMPLE}`,
        PYTHONDONTWRITEBYTECODE: "1",
        VAULT_ADDR: server.address,
        ML_ROLE_ID: String(roleId),
        ML_SECRET_ID_FILE: file,
      },
      timeout: 60_000,
    });

  const file = await freshFile("secret-id");
  const { stdout } = await python(file, ["-c", PROGRAM, next]);
  const seen = JSON.parse(stdout) as {
    openai: string;
    huggingface: string;
    version: number;
    aws: Record<string, string>;
    seconds: number;
    printed: string;
    token: string;
  };
  assert.deepEqual([seen.openai, seen.huggingface, seen.version], [next, huggingface, 2]);
  assert.ok(seen.seconds <= 900 && seen.seconds > 800);
  const key = {
    accessKeyId: seen.aws.aws_access_key_id ?? "",
    secretAccessKey: seen.aws.aws_secret_access_key ?? "",
    sessionToken: seen.aws.aws_session_token ?? "",
  };
  assert.match(await account.whoami(key), /assumed-role\/training\//);
  assert.ok(!seen.printed.includes(key.secretAccessKey) && !seen.printed.includes(key.sessionToken));
  const kept = await call("GET", "secret/data/ml/openai");
  assert.deepEqual(kept.data, { api_key: next, note: "stays" });
  const ended = await fetch(`${server.address}/v1/auth/token/lookup-self`, {
    headers: { "x-vault-token": seen.token },
  });
  assert.equal(ended.status, 403, "the token is gone at the end");

  const main = await python(file, [join(EXAMPLE, "ml_secrets.py")]);
  assert.match(
    main.stdout,
    /^openai key of 43 characters\nhuggingface token of 37 characters\naws session ASIA\w+ for \d+ seconds\n$/,
  );
  for (const mode of [0o640, 0o604, 0o620])
    await assert.rejects(
      python(await freshFile("open", mode), ["-c", PROGRAM, next]),
      /can be used by others/,
    );
  symlinkSync(file, join(home, "link"));
  await assert.rejects(
    python(join(home, "link"), ["-c", PROGRAM, next]),
    /Too many levels of symbolic links/,
  );
  await assert.rejects(python(home, ["-c", PROGRAM, next]), /no file|Is a directory/);
});
