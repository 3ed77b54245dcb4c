import { usualVerdicts } from "./format.ts";
import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const virustotal: Provider = {
  id: "virustotal",
  title: "VirusTotal",
  kind: "generic",
  website: "https://www.virustotal.com",
  docs: "https://docs.virustotal.com/reference/authentication",
  credentials: [
    {
      id: "virustotal-api-key",
      title: "VirusTotal API key",
      severity: "medium",
      actsFor: "machine",
      cite: betterleaks(12328),
      ...named(
        ["virustotal_api_key", "virustotal_key", "virustotal_token", "vt_api_key", "vt_apikey"],
        "{hex 64}",
      ),
    },
  ],
  variables: { VIRUSTOTAL_API_KEY: "value", VT_API_KEY: "value", VT_APIKEY: "value", VTCLI_APIKEY: "value" },
  hosts: ["www.virustotal.com"],
  packages: { python: ["vt-py"] },
  rotate: { by: "person", page: "https://www.virustotal.com/gui/my-apikey" },
  verify: {
    method: "GET",
    url: "https://www.virustotal.com/api/v3/metadata",
    headers: { "x-apikey": "{value}" },
    verdicts: usualVerdicts,
  },
};
