/** The scanners and the limits: how each is called for a kind of input, and how its findings are counted. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Tools } from "./tools.ts";

export type Input = "files" | "log" | "staged" | "history";

export interface Call {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that say "found something", besides 0 to 4. */
  readonly found?: readonly number[];
  /** Findings that the call reported, from its report file. */
  readonly count?: (report: string) => number;
}

export interface Subject {
  readonly name: string;
  /** What the machine can do at best: no peer, and not judged. */
  readonly limit?: boolean;
  /** Null where it cannot do that, or is not here. */
  call(input: Input, path: string, report: string): Call | null;
}

const bulkhead = join(import.meta.dirname, "..", "..", "dist", "bulkhead");
const text = (path: string): string => (existsSync(path) ? readFileSync(path, "utf8") : "");
const countLines = (path: string): number =>
  text(path)
    .split("\n")
    .filter((line) => line.startsWith("{")).length;
const list = (value: unknown): number => (Array.isArray(value) ? value.length : 0);
const parsed = (path: string): unknown => {
  const content = text(path);
  return content === "" ? [] : (JSON.parse(content) as unknown);
};
const shell = (script: string, ...args: readonly string[]): Call => ({
  command: ["sh", "-c", script, "sh", ...args],
});
const READERS =
  'git -C "$1" cat-file --batch-all-objects --batch-check="%(objecttype) %(objectname)" --unordered | sed -n "s/^blob //p" > "$2.ids";' +
  'n=$(($(wc -l < "$2.ids") / 2 + 1)); split -l "$n" "$2.ids" "$2.part.";' +
  'for part in "$2".part.*; do git -C "$1" cat-file --batch --buffer < "$part" > /dev/null & done; wait';

export function subjects(tools: Tools): Subject[] {
  const python = tools.python ?? "";
  // The interpreter itself: the time of a shim in front of it is not the peer's.
  const interpreter = spawnSync("python3", ["-c", "import sys; print(sys.executable)"])
    .stdout.toString()
    .trim();
  return [
    {
      name: "cat",
      limit: true,
      call: (input, path) =>
        input === "files"
          ? shell('find "$1" -type f -print0 | xargs -0 cat > /dev/null', path)
          : input === "log"
            ? shell('cat "$1" > /dev/null', path)
            : null,
    },
    {
      name: "git",
      limit: true,
      call: (input, path) =>
        input === "history"
          ? shell('git -C "$1" cat-file --batch-all-objects --batch --unordered > /dev/null', path)
          : input === "staged"
            ? shell('git -C "$1" diff --cached > /dev/null', path)
            : null,
    },
    {
      name: "two git readers",
      limit: true,
      call: (input, path, report) => (input === "history" ? shell(READERS, path, report) : null),
    },
    {
      name: "ripgrep, literals",
      limit: true,
      call: (input, path) =>
        tools.ripgrep === null || (input !== "files" && input !== "log")
          ? null
          : {
              command: [
                tools.ripgrep,
                "-uuu",
                "-a",
                "-c",
                "-F",
                ...LITERALS.flatMap((one) => ["-e", one]),
                path,
              ],
            },
    },
    {
      name: "bulkhead",
      call(input, path, report) {
        const source = {
          files: [path],
          log: [path],
          staged: ["--staged", path],
          history: ["--history", path],
        }[input];
        const flags = [
          "--no-identify",
          "--exit-zero",
          "--no-ignore",
          "--node-modules",
          "--format",
          "jsonl",
          "--output",
          report,
        ];
        return { command: [bulkhead, "scan", ...flags, ...source], count: countLines };
      },
    },
    ...["", "--turbo"].map(
      (mode): Subject => ({
        name: `kingfisher ${mode}`.trim(),
        call(input, path, report) {
          if (tools.kingfisher === null) return null;
          const flags = [
            "scan",
            "--no-update-check",
            "--no-validate",
            "--format",
            "jsonl",
            "--output",
            report,
          ];
          const source = {
            files: ["--git-history", "none"],
            log: ["--git-history", "none", "--no-limits"],
            staged: ["--staged"],
            history: ["--git-history", "full"],
          }[input];
          const command = [tools.kingfisher, ...flags, ...(mode === "" ? [] : [mode]), ...source, path];
          return { command, count: countLines, found: [200, 205] };
        },
      }),
    ),
    {
      name: "betterleaks",
      call(input, path, report) {
        if (tools.python === null || input === "staged") return null;
        const command = [interpreter, join(python, "bin", "betterleaks"), input === "history" ? "git" : "fs"];
        return {
          command: [...command, "--silent", "--no-banner", "--exit-code=0", "-o", `${report}.jsonl`, path],
          env: { PYTHONPATH: python },
          count: (made) => countLines(`${made}.jsonl`),
        };
      },
    },
    {
      name: "gitleaks",
      call(input, path, report) {
        if (tools.gitleaks === null) return null;
        const source = { files: ["dir"], log: ["dir"], staged: ["git", "--staged"], history: ["git"] }[input];
        const flags = ["--no-banner", "--log-level", "error", "--exit-code", "0", "-f", "json", "-r", report];
        return { command: [tools.gitleaks, ...source, ...flags, path], count: (made) => list(parsed(made)) };
      },
    },
    {
      name: "secretlint",
      call(input, path, report) {
        if (tools.secretlint === null || input !== "files") return null;
        const config = JSON.stringify({ rules: [{ id: "@secretlint/secretlint-rule-preset-recommend" }] });
        const flags = [
          "--secretlintrcJSON",
          config,
          "--format",
          "json",
          "--output",
          report,
          "--no-gitignore",
        ];
        return {
          command: [tools.secretlint, ...flags, `${path}/**/*`],
          count: (made) =>
            (parsed(made) as { messages: unknown[] }[]).reduce(
              (sum, { messages }) => sum + list(messages),
              0,
            ),
        };
      },
    },
    {
      name: "detect-secrets",
      call(input, path, report) {
        if (tools.python === null || input !== "files") return null;
        const script = 'cd "$1" && "$4" "$2" scan --all-files . > "$3"';
        return {
          ...shell(script, path, join(python, "bin", "detect-secrets"), report, interpreter),
          env: { PYTHONPATH: python },
          count: (made) =>
            Object.values((parsed(made) as { results?: Record<string, unknown[]> }).results ?? {}).reduce(
              (sum, found) => sum + list(found),
              0,
            ),
        };
      },
    },
  ];
}

/** Beginnings of well-known keys: what a search for literals alone would look for. */
const LITERALS = (
  "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ glpat- hf_ sk-ant- sk-proj- sk-svcacct- AKIA ASIA AIza xoxb- xoxp- xapp- sk_live_ rk_live_ " +
  "npm_ pypi- SG. dop_v1_ shpat_ dapi gsk_ xai- pplx- r8_ nvapi- lsv2_ pcsk_ tvly- sntrys_ glsa_ eyJhbGciOi -----BEGIN hvs. dckr_pat_ figd_"
).split(" ");
