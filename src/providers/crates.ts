import { usualVerdicts } from "./format.ts";
import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const crates: Provider = {
  id: "crates",
  title: "crates.io",
  kind: "package-registry",
  website: "https://crates.io",
  docs: "https://doc.rust-lang.org/cargo/reference/publishing.html",
  credentials: [
    {
      id: "crates-io-token",
      title: "crates.io API token",
      severity: "critical",
      actsFor: "person",
      cite: betterleaks(2440),
      ...named(
        ["crates_io_token", "crates_token", "cargo_registry_token", "crates_io_api_key"],
        "cio{alnum 32}",
      ),
    },
  ],
  variables: { CARGO_REGISTRY_TOKEN: "value", CRATES_IO_TOKEN: "value", CRATES_TOKEN: "value" },
  hosts: ["crates.io"],
  packages: {},
  rotate: { by: "person", page: "https://crates.io/settings/tokens" },
  verify: {
    method: "GET",
    url: "https://crates.io/api/v1/me/tokens",
    headers: { Authorization: "{value}" },
    verdicts: usualVerdicts,
  },
};
