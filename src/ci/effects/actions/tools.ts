/** Tools: most need no authority. */
import type { ActionRow } from "../types.ts";
import { given, npmRegistry, yes } from "./inputs.ts";

export const tools: readonly ActionRow[] = [
  { slug: "actions/checkout" },
  { slug: "actions/cache" },
  { slug: "actions/upload-artifact" },
  { slug: "actions/download-artifact" },
  { slug: "dawidd6/action-download-artifact" },
  { slug: "swatinem/rust-cache" },
  { slug: "mozilla-actions/sccache-action" },
  {
    slug: "actions/setup-node",
    verb: "read",
    system: npmRegistry,
    secrets: ["token"],
    login: true,
    when: (input) => given(input("registry-url")),
  },
  {
    slug: "actions/setup-java",
    verb: "read",
    system: "maven",
    secrets: ["gpg-private-key"],
    login: true,
    when: (input) => given(input("server-id")) || given(input("gpg-private-key")),
  },
  {
    slug: "actions/setup-dotnet",
    verb: "read",
    system: "nuget",
    variables: ["NUGET_AUTH_TOKEN"],
    login: true,
    when: (input) => given(input("source-url")),
  },
  ..."actions/setup-python actions/setup-go astral-sh/setup-uv pnpm/action-setup oven-sh/setup-bun denoland/setup-deno ruby/setup-ruby dtolnay/rust-toolchain actions-rs/toolchain docker/setup-buildx-action docker/setup-qemu-action docker/metadata-action docker/setup-docker-action azure/setup-kubectl azure/setup-helm helm/kind-action dorny/paths-filter tj-actions/changed-files actions/setup-haskell shivammathur/setup-php erlef/setup-beam google-github-actions/setup-gcloud opentofu/setup-opentofu step-security/harden-runner taiki-e/install-action conda-incubator/setup-miniconda gradle/actions/setup-gradle gradle/actions/wrapper-validation gradle/wrapper-validation-action zizmorcore/zizmor-action rhysd/actionlint golangci/golangci-lint-action"
    .split(" ")
    .map((slug): ActionRow => ({ slug })),
  {
    slug: "bufbuild/buf-action",
    verb: "publish",
    system: "buf",
    secrets: ["token"],
    when: (input) => yes(input("push")),
  },
  { slug: "pypa/cibuildwheel", runsProject: true },
  { slug: "gradle/gradle-build-action", runsProject: true },
  { slug: "cypress-io/github-action", runsProject: true },
  { slug: "pre-commit/action", runsProject: true },
];
