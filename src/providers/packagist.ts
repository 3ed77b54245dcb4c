import { layout } from "./layout.ts";
import type { Provider } from "./types.ts";

export const packagist: Provider = {
  id: "packagist",
  title: "Packagist",
  kind: "package-registry",
  website: "https://packagist.com",
  docs: "https://packagist.com/docs/api",
  credentials: [
    {
      id: "packagist-api-secret",
      title: "Private Packagist API secret",
      severity: "critical",
      actsFor: "machine",
      cite: "https://github.com/google/osv-scalibr/blob/e8621f1fff93beb5b70e5d6ba5fdc3e9854ec845/veles/secrets/packagist/detector.go",
      ...layout("packagist_acs_{hex 64-96}"),
    },
    {
      id: "packagist-api-key",
      title: "Private Packagist API key",
      severity: "medium",
      part: "api_key",
      actsFor: "machine",
      cite: "https://github.com/google/osv-scalibr/blob/e8621f1fff93beb5b70e5d6ba5fdc3e9854ec845/veles/secrets/packagist/detector.go",
      ...layout("packagist_ack_{hex 28-32}"),
    },
    {
      id: "packagist-read-token",
      title: "Private Packagist organisation read token",
      severity: "high",
      part: "token",
      actsFor: "machine",
      cite: "https://github.com/google/osv-scalibr/blob/e8621f1fff93beb5b70e5d6ba5fdc3e9854ec845/veles/secrets/packagist/detector.go",
      ...layout("packagist_ort_{hex 68}"),
    },
    {
      id: "packagist-update-token",
      title: "Private Packagist update token",
      severity: "critical",
      part: "update_token",
      actsFor: "machine",
      cite: "https://github.com/google/osv-scalibr/blob/e8621f1fff93beb5b70e5d6ba5fdc3e9854ec845/veles/secrets/packagist/detector.go",
      ...layout(["packagist_out_{hex 68}", "packagist_uut_{hex 68}", "packagist_cut_{hex 68}"]),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "api_key", secret: false, needs: "value" },
    { name: "token", secret: true },
    { name: "update_token", secret: true },
  ],
  variables: { PACKAGIST_API_SECRET: "value", PACKAGIST_API_KEY: "api_key" },
  hosts: ["packagist.com", "repo.packagist.com"],
  packages: {},
  rotate: { by: "person", page: "https://packagist.com" },
};
