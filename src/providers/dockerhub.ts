import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const dockerhub: Provider = {
  id: "dockerhub",
  title: "Docker Hub",
  kind: "package-registry",
  website: "https://hub.docker.com",
  docs: "https://docs.docker.com/security/access-tokens/",
  aliases: ["docker-hub", "docker"],
  credentials: [
    {
      id: "dockerhub-token",
      title: "Docker Hub personal access token",
      severity: "critical",
      actsFor: "person",
      cite: betterleaks(3003),
      ...layout("dckr_pat_{base64url 27}"),
    },
    {
      id: "dockerhub-organization-token",
      title: "Docker Hub organisation access token",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(2990),
      ...layout("dckr_oat_{base64url 27-32}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "username", secret: false },
  ],
  variables: {
    DOCKERHUB_TOKEN: "value",
    DOCKER_HUB_TOKEN: "value",
    DOCKER_PASSWORD: "value",
    DOCKERHUB_USERNAME: "username",
    DOCKER_USERNAME: "username",
  },
  hosts: ["hub.docker.com", "index.docker.io", "registry-1.docker.io"],
  packages: { python: ["docker"], npm: [] },
  rotate: { by: "person", page: "https://app.docker.com/settings/personal-access-tokens" },
  ciActions: ["docker/login-action"],
};
