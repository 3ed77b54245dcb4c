/** Workflows as repositories have them, made from a seed: continuous integration, releases, deployments, bots; about 6.5 kB each. */
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Changes with the generator, so that an old corpus is not taken for a new one. */
const EDITION = 2;

export interface Corpus {
  readonly path: string;
  readonly files: number;
}

/** One repository with `count` workflows, made once. */
export function workflows(cache: string, count: number): Corpus {
  const path = join(cache, `workflows-${EDITION}-${count}`);
  if (existsSync(path)) return { path, files: count };
  const making = `${path}.${process.pid}`;
  const random = generator(20261121);
  for (let at = 0; at < count; at++) {
    const file = join(making, ".github", "workflows", `w${String(at).padStart(4, "0")}.yml`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, workflow(at, random));
  }
  renameSync(making, path);
  return { path, files: count };
}

type Random = (below: number) => number;

/** Park and Miller's: the same numbers on every machine. */
function generator(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
}

const pick = <T>(list: readonly T[], random: Random): T => list[random(list.length)] as T;
const hash = (random: Random): string =>
  Array.from({ length: 40 }, () => "0123456789abcdef"[random(16)]).join("");

const pinned = (action: string, version: string, random: Random): string =>
  random(3) === 0 ? `${action}@${hash(random)} # ${version}` : `${action}@${version.split(".")[0]}`;

const HEADERS: readonly ((random: Random) => string)[] = [
  () =>
    "on:\n  push:\n    branches: [main, 'release/**']\n    paths-ignore:\n      - '**.md'\n      - docs/**\n  pull_request:\n    types: [opened, synchronize, reopened]\n",
  () => "on: [push, pull_request]\n",
  () =>
    'on:\n  schedule:\n    - cron: "17 3 * * 1-5"\n  workflow_dispatch:\n    inputs:\n      target:\n        description: Where to\n        required: true\n        type: choice\n        options: [staging, production]\n',
  () => "on:\n  release:\n    types: [published]\n",
  () => "on:\n  pull_request_target:\n    types: [labeled]\n",
  () => "on:\n  workflow_run:\n    workflows: [Build]\n    types: [completed]\n",
  () => "on:\n  issue_comment:\n    types: [created]\n",
  () =>
    "on:\n  workflow_call:\n    inputs:\n      python:\n        type: string\n        default: '3.12'\n    secrets:\n      token:\n        required: true\n",
];

const checkout = (random: Random): string =>
  `      - uses: ${pinned("actions/checkout", "v4.2.2", random)}\n${random(2) ? "        with:\n          persist-credentials: false\n          fetch-depth: 0\n" : ""}`;

const test = (id: string, random: Random): string => `  ${id}:
    name: Test on \${{ matrix.os }} with \${{ matrix.node }}
    runs-on: \${{ matrix.os }}
    timeout-minutes: 20
    permissions:
      contents: read
    strategy:
      fail-fast: false
      matrix:
        os: [ubuntu-latest, windows-latest, macos-14]
        node: ["20", "22", "24"]
        include:
          - os: ubuntu-24.04-arm
            node: "24"
            experimental: true
        exclude:
          - os: windows-latest
            node: "20"
    steps:
${checkout(random)}      # the versions that we promise to support
      - uses: ${pinned("actions/setup-node", "v4.1.0", random)}
        with:
          node-version: \${{ matrix.node }}
          cache: npm
      - name: Install
        run: npm ci --no-audit
      - name: Lint
        if: matrix.os == 'ubuntu-latest' && github.event_name != 'schedule'
        run: npm run lint -- --max-warnings 0
      - name: Test
        run: |
          set -euo pipefail
          npm test -- --coverage --reporter=github
          if [ "$RUNNER_OS" = Linux ]; then
            npm run test:integration
          fi
        env:
          CI: true
          DATABASE_URL: postgres://postgres@localhost:5432/test
      - uses: ${pinned("actions/upload-artifact", "v4.4.3", random)}
        if: \${{ always() && !cancelled() }}
        with:
          name: coverage-\${{ matrix.os }}-\${{ matrix.node }}
          path: coverage/
          retention-days: 7
`;

const python = (id: string, random: Random): string => `  ${id}:
    runs-on: ubuntu-latest
    services:
      postgres:
        image: postgres:16
        env:
          POSTGRES_HOST_AUTH_METHOD: trust
        ports: ["5432:5432"]
        options: >-
          --health-cmd pg_isready
          --health-interval 10s
          --health-timeout 5s
          --health-retries 5
    steps:
${checkout(random)}      - uses: ${pinned("actions/setup-python", "v5.3.0", random)}
        with: { python-version: "3.12", cache: pip }
      - uses: ${pinned("actions/cache", "v4.1.2", random)}
        with:
          path: ~/.cache/huggingface
          key: hf-\${{ runner.os }}-\${{ hashFiles('requirements*.txt', '**/pyproject.toml') }}
          restore-keys: |
            hf-\${{ runner.os }}-
            hf-
      - run: |
          python -m pip install --upgrade pip
          pip install -r requirements.txt -r requirements-dev.txt
      - name: Unit tests
        run: pytest -n auto --maxfail=3 tests/unit
      - name: Evaluation
        if: github.ref == 'refs/heads/main'
        env:
          OPENAI_API_KEY: \${{ secrets.OPENAI_API_KEY }}
          WANDB_API_KEY: \${{ secrets.WANDB_API_KEY }}
          HF_TOKEN: \${{ secrets['HF_TOKEN'] }}
        run: |
          python scripts/evaluate.py \\
            --model gpt-5-mini \\
            --dataset eval/questions.jsonl \\
            --out results/\${{ github.run_id }}.json
`;

const publish = (id: string, random: Random): string => `  ${id}:
    needs: [${pick(["test0", "test0"], random)}]
    if: startsWith(github.ref, 'refs/tags/v') && github.repository == 'acme/widgets'
    runs-on: ubuntu-24.04
    environment:
      name: ${pick(["npm", "pypi", "release"], random)}
      url: https://example.com/package/\${{ github.ref_name }}
    permissions:
      contents: write
      id-token: write
      attestations: write
    steps:
${checkout(random)}      - uses: ${pinned("actions/download-artifact", "v4.1.8", random)}
        with:
          path: dist/
          merge-multiple: true
      - name: Publish
        run: npm publish --provenance --access public
        env:
          NODE_AUTH_TOKEN: \${{ secrets.NPM_TOKEN }}
      - uses: ${pinned("pypa/gh-action-pypi-publish", "v1.12.2", random)}
        with:
          packages-dir: dist/
      - name: Release notes
        env:
          GH_TOKEN: \${{ github.token }}
        run: |
          gh release create "$GITHUB_REF_NAME" --generate-notes dist/*
          echo "version=\${GITHUB_REF_NAME#v}" >> "$GITHUB_OUTPUT"
`;

const deploy = (id: string, random: Random): string => `  ${id}:
    needs: test0
    runs-on: ubuntu-latest
    environment: \${{ github.ref == 'refs/heads/main' && 'production' || 'staging' }}
    concurrency:
      group: deploy-\${{ github.ref }}
      cancel-in-progress: false
    permissions:
      id-token: write
      contents: read
    env:
      AWS_REGION: eu-central-1
      IMAGE: 123456789012.dkr.ecr.eu-central-1.amazonaws.com/api:\${{ github.sha }}
    steps:
${checkout(random)}      - uses: ${pinned("aws-actions/configure-aws-credentials", "v4.0.2", random)}
        with:
          role-to-assume: arn:aws:iam::123456789012:role/deploy-api
          aws-region: \${{ env.AWS_REGION }}
      - uses: ${pinned("aws-actions/amazon-ecr-login", "v2.0.1", random)}
        id: ecr
      - uses: ${pinned("docker/build-push-action", "v6.9.0", random)}
        with:
          context: .
          push: true
          tags: \${{ env.IMAGE }}
          cache-from: type=gha
          cache-to: type=gha,mode=max
      - name: Roll out
        shell: bash
        run: |
          aws eks update-kubeconfig --name prod --region "$AWS_REGION"
          kubectl set image deployment/api api="$IMAGE" --namespace api
          kubectl rollout status deployment/api --timeout=300s
      - name: Tell the channel
        if: failure()
        run: |
          curl -sS -X POST -H 'Content-type: application/json' \\
            --data '{"text":"deployment of \${{ github.sha }} failed"}' "$SLACK_WEBHOOK_URL"
        env:
          SLACK_WEBHOOK_URL: \${{ secrets.SLACK_WEBHOOK_URL }}
`;

const bot = (id: string, random: Random): string => `  ${id}:
    if: \${{ github.event.comment.body == '/deploy' && contains(fromJSON('["OWNER","MEMBER"]'), github.event.comment.author_association) }}
    runs-on: [self-hosted, linux, x64]
    steps:
      - uses: ${pinned("actions/github-script", "v7.0.1", random)}
        with:
          github-token: \${{ secrets.GITHUB_TOKEN }}
          script: |
            const { data } = await github.rest.pulls.get({
              owner: context.repo.owner,
              repo: context.repo.repo,
              pull_number: context.issue.number,
            });
            core.setOutput('sha', data.head.sha);
      - name: Greet
        run: echo "Thank you, \${{ github.event.comment.user.login }}, for '\${{ github.event.issue.title }}'"
`;

const call = (id: string): string => `  ${id}:
    uses: ./.github/workflows/w0007.yml
    with:
      python: "3.12"
    secrets: inherit
`;

const JOBS = [python, publish, deploy, bot, call] as const;

function workflow(at: number, random: Random): string {
  const header = at === 7 ? (HEADERS[7] as (typeof HEADERS)[0]) : pick(HEADERS, random);
  const parts = [
    `# Made by a generator; stands for what repositories have.\nname: ${pick(["Build", "Release", "Deploy", "Nightly"], random)} ${at}\n`,
    header(random),
    random(3) === 0 ? "" : `permissions: ${random(3) === 0 ? "{}" : "\n  contents: read"}\n`,
    random(2) === 0 ? "env:\n  FORCE_COLOR: 1\n  PIP_DISABLE_PIP_VERSION_CHECK: '1'\n" : "",
    "jobs:\n",
    test("test0", random),
  ];
  const jobs = 2 + random(5);
  for (let job = 1; job <= jobs; job++) parts.push("\n", pick([...JOBS, test], random)(`job${job}`, random));
  return parts.join("");
}
