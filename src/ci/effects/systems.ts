/** External systems: vendors of the catalogue, and the few things that are no vendor. */
import { credentialForVariable, providerById, type VariableMatch } from "../../providers/lookup.ts";
import type { ExternalSystem } from "../model.ts";

/** What is no vendor of the catalogue. */
const OWN: Readonly<Record<string, string>> = {
  "oci-registry": "container registry",
  ghcr: "GitHub Container Registry",
  ecr: "Amazon ECR",
  gar: "Google Artifact Registry",
  acr: "Azure Container Registry",
  maven: "Maven repository",
  sigstore: "Sigstore",
  ssh: "SSH host",
  git: "git remote",
  http: "HTTP service",
  database: "database",
  helm: "Helm repository",
  "github-pages": "GitHub Pages",
  "azure-devops": "Azure DevOps",
  gpg: "GPG signing key",
  apple: "Apple developer account",
  "google-play": "Google Play",
  vscode: "Visual Studio Marketplace",
  openvsx: "Open VSX",
  snapcraft: "Snap Store",
  chrome: "Chrome Web Store",
  firefox: "Firefox Add-ons",
  quay: "Quay",
  chromatic: "Chromatic",
  buf: "Buf Schema Registry",
  akeyless: "Akeyless",
  bulkhead: "Bulkhead",
  sops: "SOPS",
  "object-store": "object store",
  "aws-secrets-manager": "AWS Secrets Manager",
  "aws-parameter-store": "AWS Parameter Store",
  "google-secret-manager": "Google Secret Manager",
  "azure-key-vault": "Azure Key Vault",
};

const shared = new Map<string, ExternalSystem>();

export function system(id: string, detail: string | null = null): ExternalSystem {
  const known = detail === null ? shared.get(id) : undefined;
  if (known !== undefined) return known;
  const made = { id, title: OWN[id] ?? providerById(id)?.title ?? id, detail };
  if (detail === null) shared.set(id, made);
  return made;
}

const variables = new Map<string, VariableMatch | null>();

/** What a variable or secret of this name holds; remembered, since the question is asked of every one. */
export function variableMatch(name: string): VariableMatch | null {
  let match = variables.get(name);
  if (match === undefined) {
    match = credentialForVariable(name);
    if (variables.size > 50_000) variables.clear();
    variables.set(name, match);
  }
  return match;
}

const REGISTRIES: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\.)ghcr\.io$/, "ghcr"],
  [/\.dkr\.ecr\.[\w-]+\.amazonaws\.com(?:\.cn)?$|^public\.ecr\.aws$/, "ecr"],
  [/(?:^|\.|-)docker\.pkg\.dev$|(?:^|\.)gcr\.io$/, "gar"],
  [/\.azurecr\.io$/, "acr"],
  [/^(?:index\.|registry-1\.|registry\.)?docker\.(?:io|com)$/, "dockerhub"],
  [/(?:^|\.)quay\.io$/, "quay"],
  [/(?:^|\.)registry\.gitlab\.com$/, "gitlab"],
];

/** Of an image's or a registry's name: `ghcr.io/acme/api:1` → GitHub's; without a host Docker Hub. */
export function imageRegistry(image: string): ExternalSystem {
  const first = image.split("/", 1)[0] ?? "";
  const host =
    (image.includes("/") || image.includes(".")) && /[.:]|^localhost$/.test(first) ? first : "docker.io";
  const id = REGISTRIES.find(([pattern]) => pattern.test(host.toLowerCase()))?.[1];
  if (id === "dockerhub") return system("dockerhub");
  if (/[$}]/.test(first)) return system("oci-registry");
  return id === undefined ? system("oci-registry", host) : system(id, host);
}

/** A registry on the runner itself: what is pushed to it is gone with the run. */
export const isLocal = ({ detail }: ExternalSystem): boolean =>
  detail !== null && /^(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/]|$)/.test(detail);

const HOSTS: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\.)pypi\.org$/, "pypi"],
  [/(?:^|\.)npmjs\.(?:org|com)$/, "npm"],
  [/^npm\.pkg\.github\.com$|^maven\.pkg\.github\.com$|^nuget\.pkg\.github\.com$/, "github"],
  [/(?:^|\.)github\.com$/, "github"],
  [/(?:^|\.)gitlab\.com$/, "gitlab"],
  [/(?:^|\.)rubygems\.org$/, "rubygems"],
  [/(?:^|\.)nuget\.org$/, "nuget"],
  [/(?:^|\.)crates\.io$/, "crates"],
  [/(?:^|\.)amazonaws\.com$/, "aws"],
  [/(?:^|\.)googleapis\.com$/, "google"],
  [/(?:^|\.)openai\.com$/, "openai"],
  [/(?:^|\.)anthropic\.com$/, "anthropic"],
  [/(?:^|\.)sonatype\.(?:org|com)$|(?:^|\.)maven\.org$/, "maven"],
];

/** Of an address; null where it is an expression or no address. */
export function hostSystem(address: string): ExternalSystem | null {
  const host = /^(?:[a-z][\w+.-]*:\/\/)?(?:[^/@\s]*@)?([\w.-]+)/i.exec(address)?.[1]?.toLowerCase();
  if (host === undefined || !host.includes(".")) return null;
  const id = HOSTS.find(([pattern]) => pattern.test(host))?.[1];
  return id === undefined ? system("http", host) : system(id, host);
}
