import { bearer, usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const buildkite: Provider = {
  id: "buildkite",
  title: "Buildkite",
  kind: "source-control",
  website: "https://buildkite.com",
  docs: "https://buildkite.com/docs/apis/managing-api-tokens",
  credentials: [
    {
      id: "buildkite-user-token",
      title: "Buildkite user API token",
      severity: "critical",
      actsFor: "person",
      cite: betterleaks(1482),
      ...layout(["bkua_{lower 40}", "bkua_{lower 53}"]),
    },
    {
      id: "buildkite-agent-access-token",
      title: "Buildkite agent access token",
      severity: "high",
      part: "agent_token",
      actsFor: "machine",
      cite: betterleaks(1461),
      ...layout(["bkaa_{base64url 75}", "bkaj_{base64url 333}", "bkar_{base64url 73}"]),
    },
    {
      id: "buildkite-cluster-token",
      title: "Buildkite cluster or package token",
      severity: "high",
      part: "cluster_token",
      actsFor: "machine",
      cite: betterleaks(1461),
      ...layout([
        "bkct_{base64url 73}",
        "bkpt_{base64url 199}",
        "bkpat_{base64url 54}",
        "bkps_{base64url 64}",
      ]),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "agent_token", secret: true },
    { name: "cluster_token", secret: true },
    { name: "analytics_token", secret: true },
  ],
  variables: {
    BUILDKITE_API_TOKEN: "value",
    BUILDKITE_API_ACCESS_TOKEN: "value",
    BUILDKITE_AGENT_TOKEN: "agent_token",
    BUILDKITE_AGENT_ACCESS_TOKEN: "agent_token",
    BUILDKITE_ANALYTICS_TOKEN: "analytics_token",
  },
  hosts: ["api.buildkite.com", "agent.buildkite.com"],
  packages: { python: ["pybuildkite"] },
  rotate: { by: "person", page: "https://buildkite.com/user/api-access-tokens" },
  verify: {
    method: "GET",
    url: "https://api.buildkite.com/v2/access-token",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
