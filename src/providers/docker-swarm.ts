import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const dockerSwarm: Provider = {
  id: "docker-swarm",
  title: "Docker Swarm",
  kind: "cloud",
  website: "https://docs.docker.com/engine/swarm/",
  docs: "https://docs.docker.com/engine/swarm/join-nodes/",
  credentials: [
    {
      id: "docker-swarm-join-token",
      title: "Docker Swarm join token",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(2964),
      ...layout("SWMTKN-1-{lower 50-60}-{lower 24-30}"),
    },
    {
      id: "docker-swarm-unlock-key",
      title: "Docker Swarm unlock key",
      severity: "critical",
      part: "unlock_key",
      actsFor: "machine",
      cite: betterleaks(2977),
      ...layout("SWMKEY-1-{base64 40-50}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "unlock_key", secret: true },
  ],
  variables: { SWARM_JOIN_TOKEN: "value", SWARM_UNLOCK_KEY: "unlock_key" },
  hosts: [],
  packages: {},
  rotate: { by: "api", page: "https://docs.docker.com/reference/cli/docker/swarm/join-token/" },
};
