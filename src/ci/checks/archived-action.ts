import type { ActionRef } from "../model.ts";
import type { Check, Report } from "./types.ts";

/** Archived by their owners, with what takes their place; see the notice at the top of each repository. */
const ARCHIVED: Readonly<Record<string, string>> = {
  "actions/create-release": "`gh release create`",
  "actions/upload-release-asset": "`gh release upload`",
  "actions/setup-ruby": "ruby/setup-ruby",
  "actions/setup-haskell": "haskell-actions/setup",
  "actions/setup-elixir": "erlef/setup-beam",
  "actions-rs/toolchain": "dtolnay/rust-toolchain",
  "actions-rs/cargo": "`cargo`",
  "actions-rs/clippy-check": "`cargo clippy`",
  "actions-rs/audit-check": "rustsec/audit-check",
  "actions-rs/install": "taiki-e/install-action",
  "actions-rs/tarpaulin": "`cargo tarpaulin`",
  "actions-rs/grcov": "`grcov`",
  "google-github-actions/release-please-action": "googleapis/release-please-action",
  "cedrickring/golang-action": "actions/setup-go",
};

export const archivedAction: Check = {
  id: "archived-action",
  class: "F",
  title: "nobody maintains this action any more",
  severity: "low",
  confidence: "high",
  attack: "Flaws found in it stay: nobody will mend them, and nobody watches its account.",
  mend: "Use what takes its place.",
  systems: ["github-actions"],
  zizmor: ["archived-uses"],
  job(job, report) {
    if (job.call !== null) judge(job.call.ref, report);
  },
  step({ uses }, report) {
    if (uses !== null) judge(uses, report);
  },
};

function judge({ kind, owner, repo, span }: ActionRef, report: Report): void {
  const slug = `${owner ?? ""}/${repo ?? ""}`;
  const instead = kind === "repository" && Object.hasOwn(ARCHIVED, slug) ? ARCHIVED[slug] : undefined;
  if (instead !== undefined)
    report({ span, message: `${slug} is archived: ${instead} takes its place`, subject: slug });
}
