import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingMessage, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { fake } from "../../../test/support/fake.ts";
import { isBulkheadError } from "../../core/errors.ts";
import { platformHere, platforms, tokenOf } from "./platforms.ts";

const AUDIENCE = "bulkhead";

async function given(env: Readonly<Record<string, string>>, audience = AUDIENCE): Promise<string> {
  const platform = platformHere(env);
  assert.ok(platform !== null, "recognised");
  return (await tokenOf(platform, { env, audience })).revealText();
}
async function refused(env: Readonly<Record<string, string>>): Promise<string> {
  try {
    await given(env);
  } catch (error) {
    assert.ok(isBulkheadError(error) && error.code === "run.identity-failed", String(error));
    return error.message;
  }
  return assert.fail("it gave a token");
}

async function endpoint(
  t: TestContext,
  answer: (request: IncomingMessage) => { status?: number; body: string },
): Promise<string> {
  const server = createServer((request, response) => {
    const { status = 200, body } = answer(request);
    response.statusCode = status;
    response.end(body);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  t.after(() => {
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "bulkhead-test-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test("each platform is known by what it sets; nowhere is nowhere", () => {
  assert.equal(platformHere({}), null);
  assert.equal(platformHere({ CI: "true", GITHUB_ACTIONS: "false" }), null);
  assert.deepEqual(
    platforms.map(({ id }) => id),
    ["github", "gitlab", "circleci", "buildkite", "bitbucket", "azure-devops", "kubernetes", "oidc"],
  );
  assert.equal(
    platformHere({ GITHUB_ACTIONS: "true", KUBERNETES_SERVICE_HOST: "10.0.0.1", BULKHEAD_ID_TOKEN_FILE: "x" })
      ?.id,
    "github",
    "a runner within a cluster is a runner",
  );
});

test("CircleCI: its program gives a token for the audience, else the job's own variable", async (t) => {
  const bin = folder(t);
  const [own, asked] = [fake("c", 30), fake("a", 30)];
  const env = { CIRCLECI: "true", PATH: bin, CIRCLE_OIDC_TOKEN_V2: own };
  assert.equal(await given(env), own);
  const words = `run oidc get --claims {"aud":["${AUDIENCE}"]}`;
  const script = `#!/bin/sh\n[ "$*" = '${words}' ] && echo ${asked}\n`;
  writeFileSync(join(bin, "circleci"), script, { mode: 0o755 });
  assert.equal(await given(env), asked);
  assert.match(await refused({ CIRCLECI: "true", PATH: "/nonexistent" }), /CIRCLE_OIDC_TOKEN_V2/);
});

test("Buildkite and Bitbucket: the agent, the step's variable", async (t) => {
  assert.match(await refused({ BUILDKITE: "true", PATH: folder(t) }), /oidc request-token/);
  const token = fake("b", 30);
  assert.equal(await given({ BITBUCKET_BUILD_NUMBER: "3", BITBUCKET_STEP_OIDC_TOKEN: token }), token);
  assert.match(await refused({ BITBUCKET_BUILD_NUMBER: "3" }), /oidc: true/);
});

test("Azure DevOps: a POST with the job's token for a service connection", async (t) => {
  const [bearer, token] = [fake("x", 30), fake("t", 30)];
  let seen = "";
  const address = await endpoint(t, ({ method = "", url = "", headers }) => {
    seen = `${method} ${url}`;
    return headers.authorization === `Bearer ${bearer}`
      ? { body: JSON.stringify({ oidcToken: token }) }
      : { status: 401, body: "no" };
  });
  const env = {
    TF_BUILD: "True",
    SYSTEM_OIDCREQUESTURI: `${address}/org/_apis/distributedtask/oidctoken`,
    SYSTEM_ACCESSTOKEN: bearer,
    AZURESUBSCRIPTION_SERVICE_CONNECTION_ID: "11-22",
  };
  assert.equal(await given(env), token);
  assert.equal(seen, "POST /org/_apis/distributedtask/oidctoken?api-version=7.1&serviceConnectionId=11-22");
  assert.match(await refused({ ...env, SYSTEM_ACCESSTOKEN: "" }), /SYSTEM_ACCESSTOKEN/);
  assert.match(await refused({ ...env, SYSTEM_ACCESSTOKEN: "other" }), /status 401/);
});

test("a pod's token is read at each login: it is renewed in its file", async (t) => {
  const file = join(folder(t), "token");
  const env = { KUBERNETES_SERVICE_HOST: "10.0.0.1", BULKHEAD_ID_TOKEN_FILE: file };
  for (const token of [fake("k", 30), fake("k", 30)]) {
    writeFileSync(file, `${token}\n`);
    assert.equal(await given(env), token);
  }
  rmSync(file);
  assert.match(await refused(env), /cannot be read \(ENOENT\)/);
});

test("an endpoint's answer is never shown, and its bearer goes over https or to this machine only", async (t) => {
  const bearer = fake("x", 30);
  const github = (url: string) => ({
    GITHUB_ACTIONS: "true",
    ACTIONS_ID_TOKEN_REQUEST_URL: url,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer,
  });
  const words = fake("words", 20);
  for (const body of [words, `{"other":"${words}"}`, `{"value":7}`, `{"value":"${words.repeat(5_000)}"}`]) {
    const message = await refused(github(await endpoint(t, () => ({ body }))));
    assert.ok(!message.includes(words) && !message.includes(bearer), message);
  }
  assert.match(await refused(github("http://192.0.2.1/token")), /not https/);
  assert.match(await refused(github("::")), /cannot be read/);
  let redirected = 0;
  const target = await endpoint(t, () => {
    redirected++;
    return { body: "{}" };
  });
  const redirecting = createServer((_, response) => {
    response.writeHead(302, { location: target }).end();
  });
  await new Promise<void>((ready) => redirecting.listen(0, "127.0.0.1", ready));
  t.after(() => {
    redirecting.close();
  });
  const { port } = redirecting.address() as AddressInfo;
  assert.match(await refused(github(`http://127.0.0.1:${port}/`)), /no answer/);
  assert.equal(redirected, 0, "the bearer follows no redirect");
});
