/** `docs/noise.md`: what a scan of other people's packages said, and what somebody who read it said of that. */
import { type Judged, loadVerdicts, verdictNames } from "../test/long/noise/verdicts.ts";
import { code, table } from "./tables.ts";

const count = (rows: readonly Judged[], verdict: string): string =>
  String(rows.filter((row) => row.verdict === verdict).length);

export function noisePage(made: string): string {
  const { findings, peers } = loadVerdicts();
  const rules = [...new Set(findings.map(({ rule }) => rule))].sort();
  const row = (name: string, rows: readonly Judged[]): string[] => [
    name,
    ...verdictNames.map((verdict) => count(rows, verdict)),
    String(rows.length),
  ];
  const byRule = rules.map((rule) =>
    row(
      code(rule),
      findings.filter((one) => one.rule === rule),
    ),
  );
  const wrong = findings.filter(({ verdict }) => verdict === "false").length;
  const keys = findings.filter(({ verdict }) => verdict === "key").length;
  const percent = (part: number): string => `${((part / findings.length) * 100).toFixed(1)} %`;
  return `${[
    "# Noise",
    made,
    "What a scan says of code that is not ours: 56 source packages of PyPI and 52 packages of npm (`test/long/noise/packages.json`, names and versions), with all that is in them: tests, documentation, notebooks, source maps. Each finding was read where it stands and has a verdict. What was found, not what was missed, is counted here; [the rules](scan.md) are tested for that by themselves.",
    table(
      ["verdict", ""],
      [
        ["`key`", "live, or was once, or made to be public and in use"],
        ["`example`", "of the right shape, made up or printed by a vendor's documentation"],
        ["`test`", "made for a test, judged by where it stands; nothing was tried at a vendor"],
        ["`false`", "no credential"],
      ],
    ),
    `Of ${findings.length} findings ${findings.length - wrong} are credentials by shape and place (${percent(findings.length - wrong)}), ${keys} of them keys that open or opened something (${percent(keys)}). What nobody has to act on is left to an allow list or a baseline: published packages are mostly made of tests and samples.`,
    "## By rule",
    table(["rule", ...verdictNames, "all"], [...byRule, row("all", findings)]),
    "## Other scanners, same files",
    "Counts only, of the unpacked archives (106784 files, 250 of them notebooks), without checks against the vendors. gitleaks and detect-secrets ran package by package. Nobody read those findings. They are places for some and secrets for others, so the numbers compare roughly.",
    table(
      ["scanner", "version", "command", "findings"],
      peers.map(({ name, version, command, findings: number }) => [name, version, code(command), number]),
    ),
    "## Once more",
    "```sh\nnode tools/build.ts && node test/run.ts --long long/noise                       # a finding without a verdict fails\nBULKHEAD_UPDATE=1 node test/run.ts --long long/noise   # writes new ones into test/long/noise/verdicts.json, to be judged\nnode test/long/noise/peers.ts gitleaks detect-secrets  # counts of other scanners; goes on where it was stopped\nnode tools/docs.ts                                     # this page\n```",
    "The archives are kept in `.cache/noise`; what is missing there is fetched from the indexes that pip and npm are set to. Nothing of a package is run.",
    "## All findings",
    table(
      ["package", "place", "rule", "verdict", "why"],
      findings.map(({ package: name, path, line, rule, verdict, why }) => [
        name,
        `${path.replace(/^[^/]*\//, "")}:${line}`,
        code(rule),
        verdict,
        why,
      ]),
    ),
  ].join("\n\n")}\n`;
}
