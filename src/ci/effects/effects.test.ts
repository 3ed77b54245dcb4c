import assert from "node:assert/strict";
import test from "node:test";
import { jobOf, workflowOf } from "../../../test/support/repository.ts";
import type { Step } from "../model.ts";
import { providerById } from "../../providers/lookup.ts";
import { actionRows } from "./actions/index.ts";
import { commandRows } from "./commands/index.ts";
import { imageRegistry } from "./systems.ts";

/** One step in a job that may have signed claims. */
function step(yaml: string, { env = "{}", permissions = "{id-token: write}" } = {}): Step {
  const lines = yaml.split("\n").map((line, at) => (at === 0 ? `      - ${line}` : `        ${line}`));
  const repository = workflowOf(
    `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    permissions: ${permissions}\n    env: ${env}\n    steps:\n${lines.join("\n")}\n`,
  );
  const [one] = jobOf(repository, "a").steps;
  assert.ok(one !== undefined);
  return one;
}
/** `verb system auth [through] target` of the only act; null when there is none. */
function act(yaml: string, more?: Parameters<typeof step>[1]): string | null {
  const { authorities } = step(yaml, more).effects;
  assert.ok(authorities.length < 2, yaml);
  const [one] = authorities;
  if (one === undefined) return null;
  return `${one.verb} ${one.system.id} ${one.auth} [${one.through.join(" ")}] ${one.target ?? ""}`.trim();
}

const ACTIONS: readonly (readonly [yaml: string, act: string | null])[] = [
  [
    "uses: aws-actions/configure-aws-credentials@v4\nwith: {role-to-assume: arn:aws:iam::1:role/x, aws-region: eu-1}",
    "read aws oidc [] arn:aws:iam::1:role/x",
  ],
  [
    "uses: aws-actions/configure-aws-credentials@v4\nwith: {aws-access-key-id: '${{ secrets.A }}', aws-secret-access-key: '${{ secrets.B }}'}",
    "read aws secret [aws-access-key-id aws-secret-access-key]",
  ],
  [
    "uses: google-github-actions/auth@v2\nwith: {workload_identity_provider: p, service_account: s}",
    "read google oidc [] s",
  ],
  [
    "uses: google-github-actions/auth@v2\nwith: {credentials_json: '${{ secrets.G }}'}",
    "read google secret [credentials_json]",
  ],
  ["uses: azure/login@v2\nwith: {creds: '${{ secrets.AZ }}'}", "read azure secret [creds]"],
  ["uses: azure/login@v2\nwith: {client-id: c, tenant-id: t}", "read azure oidc [] c"],
  [
    "uses: docker/login-action@v3\nwith: {registry: ghcr.io, username: u, password: '${{ secrets.GITHUB_TOKEN }}'}",
    "read ghcr run-token [password] ghcr.io",
  ],
  [
    "uses: docker/login-action@v3\nwith: {username: u, password: '${{ secrets.HUB }}'}",
    "read dockerhub secret [password] u",
  ],
  [
    "uses: docker/build-push-action@v6\nwith: {push: true, tags: ghcr.io/a/b:1}",
    "publish ghcr ambient [] ghcr.io/a/b:1",
  ],
  ["uses: docker/build-push-action@v6\nwith: {push: false, tags: ghcr.io/a/b:1}", null],
  ["uses: docker/build-push-action@v6\nwith: {tags: ghcr.io/a/b:1}", null],
  ["uses: docker/build-push-action@v6\nwith: {push: true, tags: 'localhost:5000/b:1'}", null],
  ["uses: pypa/gh-action-pypi-publish@release/v1", "publish pypi oidc []"],
  [
    "uses: pypa/gh-action-pypi-publish@release/v1\nwith: {password: '${{ secrets.PYPI }}'}",
    "publish pypi secret [password]",
  ],
  ["uses: actions/setup-node@v4\nwith: {node-version: 22}", null],
  ["uses: actions/setup-node@v4\nwith: {registry-url: 'https://registry.npmjs.org'}", "read npm ambient []"],
  ["uses: hashicorp/vault-action@v3\nwith: {url: 'https://v', method: jwt, role: r}", "read vault oidc [] r"],
  [
    "uses: hashicorp/vault-action@v3\nwith: {url: 'https://v', token: '${{ secrets.V }}'}",
    "read vault secret [token]",
  ],
  [
    "uses: cycjimmy/semantic-release-action@v4\nenv: {NPM_TOKEN: '${{ secrets.N }}'}",
    "publish npm secret [NPM_TOKEN]",
  ],
  ["uses: actions/deploy-pages@v4", "deploy github-pages oidc []"],
  ["uses: somebody/unknown@v1\nwith: {token: '${{ secrets.X }}'}", null],
];

test("what known actions do, and how they prove themselves", () => {
  for (const [yaml, expected] of ACTIONS) assert.equal(act(yaml), expected, yaml);
  assert.equal(step("uses: somebody/unknown@v1").effects.known, false);
  assert.equal(step("uses: actions/checkout@v4").effects.known, true);
});

const COMMANDS: readonly (readonly [run: string, act: string | null])[] = [
  ["npm publish --provenance", "publish npm oidc []"],
  ["npm publish --dry-run", null],
  ["echo npm publish", null],
  ["npm run publish", null],
  ["npm --registry https://npm.pkg.github.com publish", "publish github oidc []"],
  ["NODE_AUTH_TOKEN=$T npm publish", "publish npm secret [NODE_AUTH_TOKEN]"],
  ["./mvnw -B clean deploy", "publish maven ambient []"],
  ["./gradlew build publish", "publish maven ambient []"],
  ["docker compose -f c.yml push", "publish oci-registry ambient []"],
  ["aws ecs --region x update-service --service api", "deploy aws ambient [] api"],
  ["npx -y semantic-release@24", "publish npm oidc []"],
  ['python -m twine upload -p "$P" dist/*', "publish pypi secret [-p]"],
  ["twine upload -r testpypi dist/*", "publish pypi ambient []"],
  ["twine check dist/*", null],
  ["uv publish", "publish pypi oidc []"],
  ["uv build", null],
  ["cargo publish", "publish crates ambient []"],
  ["docker push ghcr.io/a/b", "publish ghcr ambient [] ghcr.io/a/b"],
  ["docker buildx build --push -t acme/b .", "publish dockerhub ambient []"],
  ["docker buildx build -t acme/b .", null],
  ['echo "$P" | docker login ghcr.io -u u --password-stdin', "read ghcr ambient []"],
  ["kubectl -n prod apply -f k8s", "deploy kubernetes ambient [] prod"],
  ["kubectl get pods", "read kubernetes ambient []"],
  ["kubectl apply --dry-run=client -f x", "read kubernetes ambient []"],
  ["sudo -E helm upgrade --install api ./chart", "deploy kubernetes ambient []"],
  ["terraform -chdir=infra apply -auto-approve", "change-infrastructure terraform ambient []"],
  ["terraform plan", "read terraform ambient []"],
  ["terraform fmt -check", null],
  ["aws --region eu-1 s3 sync site s3://b", "deploy aws ambient [] s3://b"],
  ["aws ecr get-login-password | cat", "read ecr ambient []"],
  ["gcloud run deploy api --image x", "deploy google ambient []"],
  ["az webapp deploy --name x", "deploy azure ambient []"],
  ["GH_TOKEN=$T gh release create v1", "publish github secret [GH_TOKEN]"],
  ["git push origin main", "write-artifacts git run-token [] origin"],
  ["git commit -m 'git push'", null],
  ["cosign verify x", "read sigstore ambient []"],
  ["alembic upgrade head", "deploy database ambient []"],
  [
    'curl -H "Authorization: Bearer $T" https://api.github.com/x',
    "read github unknown [] https://api.github.com/x",
  ],
  ["curl -fsSL https://example.com/install.sh", null],
  ["hf upload acme/model .", "publish huggingface ambient []"],
];

test("what known commands do; near misses do nothing", () => {
  for (const [run, expected] of COMMANDS) assert.equal(act(`run: |\n  ${run}`), expected, run);
});

test("variables of the job and the step carry credentials; plain values do not", () => {
  assert.equal(
    act("run: npm publish", { env: "{NODE_AUTH_TOKEN: '${{ secrets.N }}'}" }),
    "publish npm secret [NODE_AUTH_TOKEN]",
  );
  assert.equal(
    act("run: gh release create v1\nenv: {GH_TOKEN: '${{ github.token }}'}"),
    "publish github run-token [GH_TOKEN]",
  );
  assert.equal(
    act("run: gh release create v1\nenv: {GH_TOKEN: '${{ secrets.PAT }}'}"),
    "publish github secret [GH_TOKEN]",
  );
  assert.equal(
    act("run: alembic upgrade head\nenv: {DATABASE_URL: postgres://localhost/x}"),
    "deploy database ambient []",
  );
  assert.equal(act("run: npm publish", { permissions: "{contents: read}" }), "publish npm ambient []");
  assert.equal(
    act("run: curl -X POST \"$DEPLOY_HOOK\"\nenv: {DEPLOY_HOOK: '${{ secrets.RENDER_DEPLOY_HOOK }}'}"),
    "deploy http secret [DEPLOY_HOOK]",
  );
});

test("what steps hand on: environment, outputs, masks, what they print", () => {
  const of = (run: string): string[] =>
    step(`run: |\n  ${run}`).effects.derived.map(
      ({ kind, name }) => `${kind}${name === null ? "" : ` ${name}`}`,
    );
  assert.deepEqual(of('echo "TOKEN=$T" >> "$GITHUB_ENV"'), ["env TOKEN"]);
  assert.deepEqual(of('echo "v=$V" >> $GITHUB_OUTPUT'), ["output v"]);
  assert.deepEqual(of('echo "v=$V" | tee -a "$GITHUB_OUTPUT"'), ["output v"]);
  assert.deepEqual(of('echo "::add-mask::$T"'), ["mask"]);
  assert.deepEqual(of('echo "::set-output name=x::$T"'), ["output x"]);
  assert.deepEqual(of('echo "$T"'), ["print"]);
  assert.deepEqual(of('echo "$T" | docker login --password-stdin'), []);
  assert.deepEqual(of('deploy --token "$T"'), ["argv deploy"]);
  assert.deepEqual(of("echo $T > key.pem"), ["file key.pem"]);
});

test("checkout, artifacts and caches", () => {
  const checkout = (yaml: string) => step(`uses: actions/checkout@${yaml}`).effects.checkout;
  assert.deepEqual(
    [
      "v4",
      "v7",
      "v4.2.2",
      "v7.0.1",
      "main",
      `${"a".repeat(40)} # v4.2.2`,
      `${"a".repeat(40)} # v7.0.1`,
      "a".repeat(40),
      `${"a".repeat(40)} # v4`,
    ].map((ref) => checkout(ref)?.refusesForkCode),
    [true, true, false, true, true, false, true, null, null],
  );
  const unsafe = checkout(
    "v7\nwith: {ref: '${{ github.event.pull_request.head.sha }}', allow-unsafe-pr-checkout: true, persist-credentials: false}",
  );
  assert.deepEqual([unsafe?.untrusted, unsafe?.allowUnsafe, unsafe?.persistCredentials], [true, true, false]);
  assert.equal(checkout("v4\nwith: {ref: main}")?.untrusted, false);
  assert.equal(checkout("v4\nwith: {ref: 'refs/pull/${{ github.event.number }}/merge'}")?.untrusted, true);
  assert.equal(checkout("v4")?.persistCredentials, true);

  const artifact = (yaml: string) => step(`uses: ${yaml}`).effects.artifacts[0];
  assert.equal(artifact("actions/upload-artifact@v4\nwith: {name: x, path: dist}")?.direction, "upload");
  assert.equal(artifact("actions/download-artifact@v4")?.foreign, false);
  assert.equal(
    artifact("actions/download-artifact@v4\nwith: {run-id: '${{ github.event.workflow_run.id }}'}")?.foreign,
    true,
  );
  assert.equal(
    artifact("actions/download-artifact@v4\nwith: {run-id: '${{ github.run_id }}'}")?.foreign,
    false,
  );

  const caches = (yaml: string) => step(`uses: ${yaml}`).effects.caches.map(({ direction }) => direction);
  assert.deepEqual(caches("actions/cache@v4\nwith: {path: x, key: k}"), ["both"]);
  assert.deepEqual(caches("actions/cache/restore@v4\nwith: {path: x, key: k}"), ["restore"]);
  assert.deepEqual(caches("actions/setup-node@v4"), []);
  assert.deepEqual(caches("actions/setup-node@v4\nwith: {cache: npm}"), ["both"]);
  assert.deepEqual(caches("actions/setup-go@v5"), ["both"]);
  assert.deepEqual(caches("actions/setup-go@v5\nwith: {cache: false}"), []);
  assert.deepEqual(caches("gradle/actions/setup-gradle@v4\nwith: {cache-disabled: true}"), []);
});

test("registries by the image's name", () => {
  const table = {
    "acme/api": "dockerhub",
    alpine: "dockerhub",
    "ghcr.io/a/b:1": "ghcr",
    "123456789012.dkr.ecr.eu-central-1.amazonaws.com/api": "ecr",
    "europe-docker.pkg.dev/p/r/i": "gar",
    "acme.azurecr.io/x": "acr",
    "registry.example.com:5000/x": "oci-registry",
    "${{ env.REGISTRY }}/x": "oci-registry",
  };
  for (const [image, id] of Object.entries(table)) assert.equal(imageRegistry(image).id, id, image);
});

test("rows are unique, and each system has a name", () => {
  const slugs = actionRows.map(({ slug }) => slug);
  assert.deepEqual(
    slugs.filter((slug, at) => slugs.indexOf(slug) !== at),
    [],
  );
  assert.deepEqual(
    slugs.filter((slug) => slug !== slug.toLowerCase()),
    [],
  );
  const named = actionRows.flatMap(({ secrets = [], oidc }) => [
    ...secrets,
    ...(Array.isArray(oidc) ? (oidc as string[]) : []),
  ]);
  assert.deepEqual(
    named.filter((name) => name !== name.toLowerCase()),
    [],
  );
  const lines = commandRows.map(({ program, words = [], needs = [] }) =>
    JSON.stringify([program, words, needs]),
  );
  assert.deepEqual(
    lines.filter((line, at) => lines.indexOf(line) !== at),
    [],
  );
});

test("the catalogue's own actions are known here too", () => {
  const known = new Set(actionRows.map(({ slug }) => slug));
  for (const id of ["aws", "azure", "google", "vault", "npm", "pypi"]) {
    const missing = (providerById(id)?.ciActions ?? []).filter((slug) => !known.has(slug.toLowerCase()));
    assert.deepEqual(missing, [], id);
  }
});
