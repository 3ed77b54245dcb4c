/** Images, charts, signatures. */
import { imageRegistry } from "../systems.ts";
import type { CommandRow } from "../types.ts";
import { GITHUB, image, last, row, tagged } from "./row.ts";

export const images: readonly CommandRow[] = [
  ...["docker", "podman", "buildah", "nerdctl"].flatMap((program) => [
    row(`${program} push`, "publish", image, { target: last }),
    row(`${program} image push`, "publish", image, { target: last }),
    row(`${program} login`, "read", (command) => imageRegistry(command.plain[1] ?? "docker.io"), {
      variables: ["DOCKER_PASSWORD", "DOCKERHUB_TOKEN", "DOCKER_TOKEN"],
      options: ["-p", "--password"],
      login: true,
    }),
  ]),
  row("docker buildx build", "publish", tagged, { needs: ["--push"] }),
  row("docker build", "publish", tagged, { needs: ["--push"] }),
  row("docker buildx bake", "publish", "oci-registry", { needs: ["--push"] }),
  row("docker compose push", "publish", "oci-registry"),
  row("docker-compose push", "publish", "oci-registry"),
  row("docker buildx imagetools create", "publish", tagged),
  row("crane push|copy|cp|tag", "publish", image, { target: last }),
  row("crane auth login", "read", (command) => imageRegistry(command.plain.at(-1) ?? ""), {
    options: ["-p", "--password"],
    login: true,
  }),
  row(
    "skopeo copy|sync",
    "publish",
    (command) => imageRegistry((command.plain.at(-1) ?? "").replace(/^docker:\/\//, "")),
    { options: ["--dest-creds", "--dest-password"], target: last },
  ),
  row("oras push|copy", "publish", image, { options: ["-p", "--password"] }),
  row("ko build|publish|apply|resolve", "publish", "oci-registry"),
  row("cosign sign|attest|sign-blob|attest-blob", "publish", "sigstore", {
    variables: ["COSIGN_PRIVATE_KEY", "COSIGN_PASSWORD"],
    options: ["--key"],
    oidc: true,
    target: last,
  }),
  row("cosign verify|verify-attestation|verify-blob|verify-blob-attestation", "read", "sigstore", {
    verifies: true,
  }),
  row("slsa-verifier", "read", "sigstore", { verifies: true }),
  row("gh attestation verify", "read", "github", { verifies: true, runToken: true, variables: GITHUB }),
  row("gpg --verify", "read", "gpg", { verifies: true }),
  row("helm registry login", "read", (command) => imageRegistry(command.plain.at(-1) ?? ""), {
    options: ["-p", "--password"],
    login: true,
  }),
];
