/** What known actions and commands need of the run's token: https://docs.github.com/rest/authentication/permissions-required-for-github-apps. */
type Needs = Readonly<Record<string, "read" | "write">>;

const CODE: Needs = { contents: "read" };
const RELEASE: Needs = { contents: "write" };
const PULL: Needs = { contents: "write", "pull-requests": "write" };
const TALK: Needs = { issues: "write", "pull-requests": "write" };

/** By `owner/repo` or `owner/repo/path`, the longest first; null: nothing of the token. */
const ACTIONS: Readonly<Record<string, Needs>> = {
  "actions/checkout": CODE,
  "actions/cache": {},
  "actions/upload-artifact": {},
  "actions/download-artifact": {},
  "actions/upload-pages-artifact": {},
  "actions/configure-pages": { pages: "read" },
  "actions/deploy-pages": { pages: "write", "id-token": "write" },
  "actions/attest-build-provenance": { attestations: "write", "id-token": "write" },
  "actions/attest-sbom": { attestations: "write", "id-token": "write" },
  "actions/attest": { attestations: "write", "id-token": "write" },
  "actions/dependency-review-action": CODE,
  "actions/labeler": { contents: "read", "pull-requests": "write" },
  "actions/stale": TALK,
  "actions/setup-node": {},
  "actions/setup-python": {},
  "actions/setup-go": {},
  "actions/setup-java": {},
  "actions/setup-dotnet": {},
  "actions/create-release": RELEASE,
  "actions/upload-release-asset": RELEASE,
  "github/codeql-action": { "security-events": "write", contents: "read", actions: "read" },
  "softprops/action-gh-release": RELEASE,
  "ncipollo/release-action": RELEASE,
  "svenstaro/upload-release-action": RELEASE,
  "goreleaser/goreleaser-action": RELEASE,
  "googleapis/release-please-action": PULL,
  "changesets/action": PULL,
  "peter-evans/create-pull-request": PULL,
  "peter-evans/create-or-update-comment": TALK,
  "peter-evans/find-comment": { issues: "read", "pull-requests": "read" },
  "marocchino/sticky-pull-request-comment": { "pull-requests": "write" },
  "release-drafter/release-drafter": { contents: "write", "pull-requests": "read" },
  "stefanzweifel/git-auto-commit-action": RELEASE,
  "peaceiris/actions-gh-pages": RELEASE,
  "jamesives/github-pages-deploy-action": RELEASE,
  "docker/setup-buildx-action": {},
  "docker/setup-qemu-action": {},
  "docker/metadata-action": CODE,
  "docker/login-action": {},
  "docker/build-push-action": CODE,
  "aws-actions/configure-aws-credentials": {},
  "google-github-actions/auth": {},
  "azure/login": {},
  "pypa/gh-action-pypi-publish": {},
  "astral-sh/setup-uv": {},
  "pnpm/action-setup": {},
  "oven-sh/setup-bun": {},
  "denoland/setup-deno": {},
  "ruby/setup-ruby": {},
  "dtolnay/rust-toolchain": {},
  "swatinem/rust-cache": {},
  "taiki-e/install-action": {},
  "golangci/golangci-lint-action": CODE,
  "codecov/codecov-action": {},
  "slackapi/slack-github-action": {},
  "step-security/harden-runner": {},
  "pre-commit/action": CODE,
};

export function actionNeeds(slug: string): Needs | null {
  for (let at = slug; at.includes("/"); at = at.slice(0, at.lastIndexOf("/"))) {
    const needs = Object.hasOwn(ACTIONS, at) ? ACTIONS[at] : undefined;
    if (needs !== undefined) return needs;
  }
  return null;
}

const COMMANDS: readonly (readonly [RegExp, Needs])[] = [
  [/^gh release (?:create|upload|edit|delete)\b/, RELEASE],
  [/^gh release\b/, CODE],
  [/^gh pr (?:create|merge)\b/, PULL],
  [/^gh pr (?:comment|review|close|edit|reopen|ready)\b/, { "pull-requests": "write" }],
  [/^gh pr\b/, { "pull-requests": "read" }],
  [/^gh issue (?:view|list|status)\b/, { issues: "read" }],
  [/^gh issue\b/, { issues: "write" }],
  [/^gh run (?:cancel|rerun|delete)\b/, { actions: "write" }],
  [/^gh run\b/, { actions: "read" }],
  [/^gh workflow run\b/, { actions: "write" }],
  [/^gh attestation verify\b/, { attestations: "read" }],
  [/^gh auth\b/, {}],
  [/^git push\b/, RELEASE],
  [/^git (?:pull|fetch|clone|ls-remote|submodule)\b/, CODE],
  [/^git\b/, {}],
];

/** Null: a command that may need anything (`gh api`). Undefined: none of the token's. */
export function commandNeeds(line: string): Needs | null | undefined {
  if (!/^(?:gh|git)\b/.test(line)) return undefined;
  return COMMANDS.find(([pattern]) => pattern.test(line))?.[1] ?? null;
}
