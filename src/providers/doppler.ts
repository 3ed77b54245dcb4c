import { bearer, usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { credsweeper, trufflehog } from "./sources.ts";
import type { Provider } from "./types.ts";

export const doppler: Provider = {
  id: "doppler",
  title: "Doppler",
  kind: "generic",
  website: "https://www.doppler.com",
  docs: "https://docs.doppler.com/reference/auth-token-formats",
  credentials: [
    {
      id: "doppler-personal-token",
      title: "Doppler personal token",
      severity: "critical",
      actsFor: "person",
      cite: trufflehog("0432d02d22725dbd22e425108975984b8c81a5c1/pkg/detectors/doppler/doppler.go"),
      ...layout("dp.pt.{alnum 40-44}"),
    },
    {
      id: "doppler-service-token",
      title: "Doppler service token",
      severity: "critical",
      actsFor: "machine",
      cite: trufflehog("0432d02d22725dbd22e425108975984b8c81a5c1/pkg/detectors/doppler/doppler.go"),
      ...layout(["dp.st.{alnum 40-44}", "dp.st.{base64url 2-35}.{alnum 40-44}"]),
    },
    {
      id: "doppler-audit-token",
      title: "Doppler audit token",
      severity: "high",
      actsFor: "machine",
      cite: trufflehog("0432d02d22725dbd22e425108975984b8c81a5c1/pkg/detectors/doppler/doppler.go"),
      ...layout("dp.audit.{alnum 40-44}"),
    },
    {
      id: "doppler-cli-token",
      title: "Doppler CLI token",
      severity: "critical",
      actsFor: "person",
      cite: credsweeper(388),
      ...layout("dp.ct.{alnum 43}"),
    },
    {
      id: "doppler-service-account-token",
      title: "Doppler service-account token",
      severity: "critical",
      actsFor: "machine",
      cite: credsweeper(388),
      ...layout("dp.sa.{alnum 43}"),
    },
    {
      id: "doppler-scim-token",
      title: "Doppler SCIM token",
      severity: "high",
      actsFor: "machine",
      cite: credsweeper(388),
      ...layout("dp.scim.{alnum 43}"),
    },
  ],
  variables: { DOPPLER_TOKEN: "value", DOPPLER_SERVICE_TOKEN: "value" },
  hosts: ["api.doppler.com"],
  packages: {},
  rotate: { by: "api", page: "https://dashboard.doppler.com" },
  verify: { method: "GET", url: "https://api.doppler.com/v3/me", headers: bearer, verdicts: usualVerdicts },
  ciActions: ["dopplerhq/cli-action", "dopplerhq/secrets-fetch-action"],
};
