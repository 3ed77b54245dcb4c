import { prefixed, usualVerdicts } from "./format.ts";
import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const nvidia: Provider = {
  id: "nvidia",
  title: "NVIDIA NGC",
  kind: "model-api",
  website: "https://build.nvidia.com",
  docs: "https://docs.nvidia.com/ngc/latest/ngc-user-guide.html",
  aliases: ["ngc", "nvidia-ngc"],
  credentials: [
    {
      id: "nvidia-api-key",
      title: "NVIDIA NGC API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.nvidia.nim",
      actsFor: "machine",
      ...prefixed("nvapi-", { alphabet: "base64url", min: 60, max: 70 }),
    },
    {
      id: "nvidia-ngc-legacy-key",
      title: "NVIDIA NGC API key (legacy form)",
      severity: "critical",
      cite: "https://github.com/trufflesecurity/trufflehog/blob/main/pkg/detectors/ngc/ngc.go",
      actsFor: "person",
      ...named(["ngc_api_key", "ngc_cli_api_key", "nvidia_api_key"], { alphabet: "alnum", min: 84 }),
    },
  ],
  variables: { NVIDIA_API_KEY: "value", NGC_API_KEY: "value", NGC_CLI_API_KEY: "value" },
  hosts: ["integrate.api.nvidia.com", "api.ngc.nvidia.com", "nvcr.io"],
  packages: { python: ["langchain_nvidia_ai_endpoints", "ngcsdk"], npm: [] },
  rotate: { by: "person", page: "https://org.ngc.nvidia.com/setup/api-keys" },
  verify: {
    method: "POST",
    url: "https://api.ngc.nvidia.com/v3/keys/get-caller-info",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: "credentials={value}",
    verdicts: usualVerdicts,
  },
};
