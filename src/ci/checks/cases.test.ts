/** Situations of published guides, each with all that the audit says of it. */
import assert from "node:assert/strict";
import test from "node:test";
import { workflowOf } from "../../../test/support/repository.ts";
import { audit } from "../audit.ts";

const PIN = "0123456789012345678901234567890123456789 # v7.0.1";
const found = (text: string, pedantic = false): string[] =>
  audit(workflowOf(text), { pedantic }).map(({ check, severity, span }) => {
    const { line } = span.file.position(span.start);
    return `${line} ${check.id} ${severity ?? check.severity}`;
  });
const AtoC = (lines: readonly string[]): string[] =>
  lines.filter((line) =>
    /static-model-key|secret|token|oidc|id-token|phase|artipacked|trusted|checkout|trigger/.test(line),
  );

const RETRIEVAL = `name: retrieval index
on:
  push: {branches: [main]}
permissions:
  contents: read
jobs:
  build:
    runs-on: ubuntu-latest
    environment: production
    steps:
      - uses: actions/checkout@v5
      - name: build the index
        run: python build_index.py
        env:
          OPENAI_API_KEY: \${{ secrets.OPENAI_API_KEY }}
          PINECONE_API_KEY: \${{ secrets.PINECONE_API_KEY }}
`;

test("retrieval-index build: quiet but for the static model key", () => {
  assert.deepEqual(found(RETRIEVAL), ["15 static-model-key info"]);
  assert.ok(found(RETRIEVAL, true).length > 1, "and more for who asks");
});

const DERIVED = (lines: readonly string[]): string => `on: workflow_dispatch
permissions: {}
jobs:
  tune:
    runs-on: ubuntu-latest
    environment: training
    steps:
      - env: {MINT_KEY: "\${{ secrets.TRAINING_MINT_KEY_TUNER }}"}
        run: |
          FT_TOKEN=$(curl -s --config mint.conf https://tokens.example.com/fine-tune | jq -r .token)
${lines.map((line) => `          ${line}`).join("\n")}
`;
const MASK = 'echo "::add-mask::$FT_TOKEN"';
const WRITE = 'echo "FT_TOKEN=$FT_TOKEN" >> "$GITHUB_ENV"';

test("derived token: fine with the mask first, a finding without it or in the other order", () => {
  assert.deepEqual(found(DERIVED([MASK, WRITE])), []);
  assert.deepEqual(found(DERIVED([WRITE])), ["11 derived-secret-unmasked high"]);
  assert.deepEqual(found(DERIVED([WRITE, MASK])), ["11 derived-secret-unmasked high"]);
});

const DEPLOY = `on:
  push: {branches: [main]}
permissions:
  contents: read
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@${PIN}
        with: {persist-credentials: false}
      - run: npm ci && npm test
  deploy:
    needs: test
    runs-on: ubuntu-latest
    environment: production
    permissions:
      contents: read
      id-token: write
    steps:
      - uses: actions/checkout@${PIN}
        with: {persist-credentials: false}
      - run: ./scripts/deploy.sh
`;

test("test and deploy: an identity that a script uses is no finding, and unknown for who asks", () => {
  assert.deepEqual(AtoC(found(DEPLOY)), []);
  assert.ok(found(DEPLOY, true).includes("18 id-token-unused info"));
  // The control: without the script nobody authenticates.
  const unused = DEPLOY.replace("./scripts/deploy.sh", "npm ci && npm test");
  assert.deepEqual(AtoC(found(unused)), ["18 id-token-unused medium"]);
});

const LEAKS = `on: [push, pull_request]
permissions:
  contents: read
jobs:
  leaks:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@${PIN}
        with: {persist-credentials: false, fetch-depth: 0}
      - run: npx bulkhead scan --ci
      - run: |
          if grep -rEl 'sk-[a-z0-9]' --include='*.ipynb' .; then exit 1; fi
          test ! -f .env && grep -qx .env .gitignore
`;

test("leak check: clean", () => {
  assert.deepEqual(AtoC(found(LEAKS)), []);
});
