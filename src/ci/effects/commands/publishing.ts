/** Packages, models, extensions. */
import { imageRegistry } from "../systems.ts";
import type { CommandRow } from "../types.ts";
import { AWS, DRY, GITHUB, NPM, npm, pypi, row } from "./row.ts";

export const publishing: readonly CommandRow[] = [
  row("npm publish", "publish", npm, { variables: NPM, unless: DRY, oidc: true }),
  row("pnpm publish", "publish", npm, { variables: NPM, unless: DRY, oidc: true }),
  row("yarn publish", "publish", npm, { variables: NPM, unless: DRY }),
  row("yarn npm publish", "publish", npm, {
    variables: ["YARN_NPM_AUTH_TOKEN", ...NPM],
    unless: DRY,
    oidc: true,
  }),
  row("bun publish", "publish", npm, { variables: ["NPM_CONFIG_TOKEN", ...NPM], unless: DRY }),
  row("lerna publish", "publish", npm, { variables: NPM, oidc: true }),
  row("changeset publish", "publish", npm, { variables: NPM, oidc: true }),
  row("nx release", "publish", npm, { variables: NPM, unless: DRY, oidc: true }),
  row("semantic-release", "publish", npm, { variables: [...NPM, ...GITHUB], unless: DRY, oidc: true }),
  row("npm login", "read", npm, { variables: NPM, login: true }),
  row("twine upload", "publish", pypi, {
    variables: ["TWINE_PASSWORD", "PYPI_TOKEN", "PYPI_API_TOKEN"],
    options: ["-p", "--password"],
  }),
  row("uv publish", "publish", pypi, {
    variables: ["UV_PUBLISH_TOKEN", "UV_PUBLISH_PASSWORD"],
    options: ["--token", "-t", "--password", "-p"],
    unless: DRY,
    oidc: true,
  }),
  row("poetry publish", "publish", pypi, {
    variables: ["POETRY_PYPI_TOKEN_PYPI", "POETRY_HTTP_BASIC_PYPI_PASSWORD", "PYPI_TOKEN"],
    options: ["-p", "--password"],
    unless: DRY,
  }),
  row("hatch publish", "publish", pypi, {
    variables: ["HATCH_INDEX_AUTH"],
    options: ["-a", "--auth"],
    oidc: true,
  }),
  row("flit publish", "publish", pypi, { variables: ["FLIT_PASSWORD"] }),
  row("pdm publish", "publish", pypi, { variables: ["PDM_PUBLISH_PASSWORD"], oidc: true }),
  row("maturin publish|upload", "publish", pypi, {
    variables: ["MATURIN_PYPI_TOKEN", "MATURIN_PASSWORD"],
    oidc: true,
  }),
  row("cargo publish", "publish", "crates", {
    variables: ["CARGO_REGISTRY_TOKEN"],
    options: ["--token"],
    unless: DRY,
  }),
  row("cargo release", "publish", "crates", { variables: ["CARGO_REGISTRY_TOKEN"] }),
  row("cargo login", "read", "crates", { login: true }),
  row("gem push", "publish", "rubygems", { variables: ["GEM_HOST_API_KEY", "RUBYGEMS_API_KEY"] }),
  row("dotnet nuget push", "publish", "nuget", {
    variables: ["NUGET_API_KEY", "NUGET_AUTH_TOKEN"],
    options: ["-k", "--api-key"],
  }),
  row("nuget push", "publish", "nuget", { variables: ["NUGET_API_KEY"], options: ["-ApiKey"] }),
  row("mvn deploy", "publish", "maven", {
    anywhere: true,
    variables: ["MAVEN_PASSWORD", "OSSRH_TOKEN", "MAVEN_CENTRAL_TOKEN"],
  }),
  row("mvnw deploy", "publish", "maven", {
    anywhere: true,
    variables: ["MAVEN_PASSWORD", "OSSRH_TOKEN"],
  }),
  ...["gradle", "gradlew"].map((program) =>
    row(
      `${program} publish|publishAllPublicationsToMavenCentralRepository|publishToSonatype|publishPlugins|publishToMavenCentral`,
      "publish",
      "maven",
      {
        anywhere: true,
        variables: [
          "ORG_GRADLE_PROJECT_mavenCentralPassword",
          "ORG_GRADLE_PROJECT_signingInMemoryKey",
          "OSSRH_PASSWORD",
          "GRADLE_PUBLISH_SECRET",
        ],
      },
    ),
  ),
  row("mix hex.publish", "publish", "hex", { variables: ["HEX_API_KEY"] }),
  row(
    "helm push",
    "publish",
    (command) => imageRegistry((command.plain.at(-1) ?? "").replace(/^oci:\/\//, "")),
    {},
  ),
  row("vsce publish", "publish", "vscode", { variables: ["VSCE_PAT"], options: ["-p", "--pat"] }),
  row("ovsx publish", "publish", "openvsx", { variables: ["OVSX_PAT"], options: ["-p", "--pat"] }),
  row("snapcraft upload|push", "publish", "snapcraft", { variables: ["SNAPCRAFT_STORE_CREDENTIALS"] }),
  row("goreleaser release", "publish", "github", { variables: GITHUB, unless: ["--snapshot"] }),
  row("hf upload|upload-large-folder", "publish", "huggingface", {
    variables: ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"],
    options: ["--token"],
  }),
  row("huggingface-cli upload|upload-large-folder", "publish", "huggingface", {
    variables: ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"],
    options: ["--token"],
  }),
  row("huggingface-cli login", "read", "huggingface", {
    variables: ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"],
    options: ["--token"],
    login: true,
  }),
  row("hf auth login", "read", "huggingface", { variables: ["HF_TOKEN"], options: ["--token"], login: true }),
  row("wandb login", "read", "wandb", { variables: ["WANDB_API_KEY"], login: true }),
  row("wandb artifact put", "publish", "wandb", { variables: ["WANDB_API_KEY"] }),
  row("dvc push", "publish", "object-store", { variables: AWS }),
];
