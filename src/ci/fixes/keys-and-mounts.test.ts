/** Secrets of images become mounts, stored keys of model providers become exchanges; where no edit is sure none is made. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { parse } from "yaml";
import { protocolServer } from "../../../test/support/protocol-server.ts";
import { repositoryOf, testFolder } from "../../../test/support/repository.ts";
import { type Check, audit, checks as allChecks } from "../index.ts";
import { type FixOptions, fixRepository } from "./apply.ts";
import { powersOf } from "./authority.ts";

const W = ".github/workflows/w.yml";
const slug = { host: "github.com", owner: "acme", name: "widgets" };

function fixed(files: Readonly<Record<string, string>>, options: FixOptions = {}) {
  const folder = testFolder(files);
  try {
    const result = fixRepository(folder.root, { slug, review: true, ...options });
    const now = { ...files };
    for (const [path, { after }] of result.files) now[path] = after;
    return { ...result, now };
  } finally {
    folder.remove();
  }
}

test("an image's secret is mounted for the commands that read it", () => {
  const Dockerfile = `# syntax=docker/dockerfile:1
FROM node:24 AS build
ARG NPM_TOKEN
# the registry's
ENV NPM_TOKEN=$NPM_TOKEN
RUN npm config set //r/:_authToken "$NPM_TOKEN" && \\
    npm ci
RUN --network=none npm run build
RUN <<EOF
echo "\${NPM_TOKEN}" | tool login
EOF
FROM node:24
COPY --from=build /app /app
`;
  assert.equal(fixed({ Dockerfile }, { review: false, pedantic: true }).files.size, 0, "somebody must look");
  const { now, applied } = fixed({ Dockerfile }, { pedantic: true });
  const mount = "--mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN ";
  const wanted = Dockerfile.replace("ARG NPM_TOKEN\n", "")
    .replace("ENV NPM_TOKEN=$NPM_TOKEN\n", "")
    .replace("RUN npm config", () => `RUN ${mount}npm config`)
    .replace("RUN <<EOF", () => `RUN ${mount}<<EOF`);
  assert.equal(now.Dockerfile, wanted);
  assert.match(applied[0]?.note ?? "", /--secret id=NPM_TOKEN,env=NPM_TOKEN/);
  const [old, made] = [repositoryOf({ Dockerfile }), repositoryOf(now)];
  const had = powersOf(old);
  assert.deepEqual(
    [...powersOf(made)].filter((power) => !had.has(power)),
    [],
    "authority only shrinks",
  );
  assert.ok(powersOf(made).size < had.size);
  const left = audit(made, { pedantic: true }).filter(({ check }) => check.id === "image-secret-variable");
  assert.deepEqual(left, []);
  assert.equal(fixed(now, { pedantic: true }).files.size, 0, "a second run changes nothing");
});

test("no mount where the text does not say who reads the secret, or another instruction does", () => {
  const bodies = [
    "FROM a\nARG NPM_TOKEN\nRUN npm ci\n",
    "FROM a\nARG NPM_TOKEN\nRUN echo $NPM_TOKEN\nLABEL t=$NPM_TOKEN\n",
    "FROM a\nARG NPM_TOKEN OTHER\nRUN echo $NPM_TOKEN\n",
    "ARG NPM_TOKEN\nFROM a:$NPM_TOKEN\n",
    "FROM a\nENV TOKEN=$NPM_TOKEN\nRUN echo $TOKEN\n",
    "# syntax=docker/dockerfile:1.4\nFROM a\nARG NPM_TOKEN\nRUN echo $NPM_TOKEN\n",
    "# syntax=acme/frontend:1\nFROM a\nARG NPM_TOKEN\nRUN echo $NPM_TOKEN\n",
    "FROM a\nARG NPM_TOKEN\nRUN echo $NPM_TOKEN_FILE\n",
  ];
  for (const Dockerfile of bodies) {
    const pinless = { checks: allChecks.filter(({ id }) => id === "image-secret-variable"), pedantic: true };
    assert.equal(fixed({ Dockerfile }, pinless).now.Dockerfile, Dockerfile);
  }
  // The proposal stands beside the finding.
  const found = audit(repositoryOf({ Dockerfile: bodies[1] ?? "" }), { pedantic: true });
  const messages = found.flatMap(({ related = [] }) => related.map(({ message }) => message));
  assert.ok(messages.some((one) => one.includes("RUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN")));
});

const FLOW = (steps: string, more = ""): string =>
  `on: push\npermissions: {}\njobs:\n  evals:\n    runs-on: ubuntu-24.04\n    environment: research${more}\n    steps:\n${steps}`;
const ONE = (key: string, secret = key): string =>
  `      # all of them\n      - name: evals\n        run: python evals.py # here\n        env:\n          ${key}: \${{ secrets.${secret} }} # paid\n          N: 3\n`;
const only: readonly Check[] = allChecks.filter(({ id }) => id === "static-model-key");

test("a stored model key becomes an exchange of the run's claims, with the rule to install", () => {
  const before = FLOW(ONE("OPENAI_API_KEY") + ONE("OPENAI_API_KEY"));
  const { now, applied } = fixed({ [W]: before }, { checks: only });
  const text = now[W] ?? "";
  assert.doesNotMatch(text, /secrets\./);
  assert.match(text, / {4}permissions:\n {6}id-token: write\n/);
  assert.match(text, /steps:\n {6}- id: openai\n[^]*?\n {6}# all of them\n {6}- name: evals\n/);
  assert.equal(
    text.match(/OPENAI_API_KEY: \$\{\{ steps\.openai\.outputs\.token \}\} # paid\n {10}N: 3\n/g)?.length,
    2,
  );
  assert.match(applied[0]?.note ?? "", /sub equals repo:acme\/widgets:environment:research/);
  assert.match(applied[0]?.note ?? "", /OPENAI_SERVICE_ACCOUNT_ID/);
  const made = repositoryOf({ [W]: text }, { slug });
  assert.deepEqual(made.diagnostics, []);
  // What the exchange gives is masked first, and the identity is seen to be used.
  const found = audit(made).map(({ check, message }) => `${check.id} ${message}`);
  assert.deepEqual(found, []);
  const identity = made.workflows[0]?.jobs[0]?.identities.find(({ kind }) => kind === "oidc");
  assert.deepEqual(
    identity?.usedBy.map(({ system }) => system.id),
    ["openai"],
  );
  const had = powersOf(repositoryOf({ [W]: before }));
  assert.deepEqual(
    [...powersOf(made)].filter((power) => !had.has(power) && !/ id-token /.test(power)),
    [],
    "nothing but the exchange's own permission comes",
  );
  assert.equal(fixed(now, { checks: only }).files.size, 0, "a second run changes nothing");

  const other = fixed({ [W]: FLOW(ONE("ANTHROPIC_API_KEY", "EVALS")) }, { checks: only });
  assert.match(other.now[W] ?? "", /ANTHROPIC_AUTH_TOKEN: \$\{\{ steps\.anthropic\.outputs\.token \}\}/);
  const rule = /federation rule at Anthropic: .*subject exactly repo:acme\/widgets:environment:research/;
  assert.match(other.applied[0]?.note ?? "", rule);
});

test("no exchange where its tools, its place or the condition are not sure", () => {
  const flows = [
    FLOW(ONE("OPENAI_API_KEY")).replace("ubuntu-24.04", "[self-hosted]"),
    FLOW(ONE("OPENAI_API_KEY"), "\n    container: alpine"),
    FLOW("      - {run: python evals.py, env: {OPENAI_API_KEY: '${{ secrets.K }}'}}\n"),
    FLOW("      - run: python evals.py\n        env:\n          OPENAI_API_KEY: 'x-${{ secrets.K }}'\n"),
    FLOW(`      - id: openai\n        run: ls\n${ONE("OPENAI_API_KEY")}`),
    FLOW(ONE("OPENAI_API_KEY") + ONE("OPENAI_API_KEY").replace("- name: evals", "- if: always()")),
    FLOW("      - run: python evals.py\n        env:\n          MISTRAL_API_KEY: ${{ secrets.K }}\n"),
  ];
  for (const flow of flows) assert.equal(fixed({ [W]: flow }, { checks: only }).now[W], flow);
  const branch = "github.ref == 'refs/heads/main'";
  const conditional = FLOW(ONE("OPENAI_API_KEY").replace("- name: evals", `- if: ${branch}`));
  assert.ok(
    fixed({ [W]: conditional }, { checks: only }).now[W]?.includes(`- id: openai\n        if: ${branch}\n`),
  );
});

const TOOLS = ["curl", "jq"].map((name) => spawnSync("which", [name], { encoding: "utf8" }).stdout.trim());
const NO_TOOLS = TOOLS.includes("") ? "curl or jq is not on this machine" : false;

test("the exchange sends claims of the right audience, no secret in an argument, and masks before it writes", {
  skip: NO_TOOLS,
}, async () => {
  const server = await protocolServer(({ path, headers }) => {
    if (path === "/token")
      return headers.authorization === "bearer request-token"
        ? { body: { value: "the.run.claims" } }
        : { status: 401 };
    return { body: { access_token: "short-lived", token_type: "Bearer", expires_in: 600 } };
  });
  const folder = testFolder({});
  const [curl = ""] = TOOLS;
  mkdirSync(join(folder.root, "bin"));
  writeFileSync(
    join(folder.root, "bin", "curl"),
    `#!/bin/sh\nprintf '%s\\n' "$*" >>"$LOG"\nexec ${curl} "$@"\n`,
    { mode: 0o755 },
  );
  const play = async (key: string, address: string, ids: Readonly<Record<string, string>>) => {
    const { now } = fixed({ [W]: FLOW(ONE(key)) }, { checks: only });
    const flow = parse(now[W] ?? "") as { jobs: { evals: { steps: { run: string }[] } } };
    const script = (flow.jobs.evals.steps[0]?.run ?? "").replace(address, server.address);
    const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        PATH: `${join(folder.root, "bin")}:${process.env.PATH ?? ""}`,
        LOG: join(folder.root, "log"),
        GITHUB_OUTPUT: join(folder.root, "out"),
        ACTIONS_ID_TOKEN_REQUEST_URL: `${server.address}/token?a=b`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: "request-token",
        ...ids,
      },
    });
    let shown = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (shown += text));
    const code = await new Promise((resolve) => child.once("close", resolve));
    assert.deepEqual([code, shown], [0, "::add-mask::short-lived\n"]);
    return server.asked.slice(-2);
  };
  try {
    const [asked, exchanged] = await play("OPENAI_API_KEY", "https://auth.openai.com", {
      OPENAI_IDENTITY_PROVIDER_ID: "idp_1",
      OPENAI_SERVICE_ACCOUNT_ID: "sa_1",
    });
    assert.deepEqual(
      [asked?.query.get("a"), asked?.query.get("audience")],
      ["b", "https://api.openai.com/v1"],
    );
    assert.deepEqual([exchanged?.method, exchanged?.path], ["POST", "/oauth/token"]);
    assert.deepEqual(JSON.parse(exchanged?.body ?? ""), {
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      subject_token: "the.run.claims",
      identity_provider_id: "idp_1",
      service_account_id: "sa_1",
    });
    const [, other] = await play("ANTHROPIC_API_KEY", "https://api.anthropic.com/v1", {
      ANTHROPIC_FEDERATION_RULE_ID: "fdrl_1",
      ANTHROPIC_ORGANIZATION_ID: "org",
      ANTHROPIC_SERVICE_ACCOUNT_ID: "svac_1",
    });
    assert.deepEqual(JSON.parse(other?.body ?? ""), {
      grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
      assertion: "the.run.claims",
      federation_rule_id: "fdrl_1",
      organization_id: "org",
      service_account_id: "svac_1",
    });
    assert.equal(readFileSync(join(folder.root, "out"), "utf8"), "token=short-lived\n".repeat(2));
    const args = readFileSync(join(folder.root, "log"), "utf8");
    assert.match(args, /oauth\/token|127\.0\.0\.1/);
    assert.doesNotMatch(args, /request-token|the\.run\.claims|short-lived/);
  } finally {
    await server.stop();
    folder.remove();
  }
});
