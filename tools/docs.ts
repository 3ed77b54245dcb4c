/**
 * The reference pages that are made from declarations: `docs/cli.md` from the commands, the table in `docs/scan.md` from the formats, `docs/ci-checks.md` from the checks, `docs/errors.md` from the error table, `docs/compatibility.md` from what the oracles asked, `docs/noise.md` from what was read in other people's packages.
 * `--check` writes nothing and fails where a page has drifted.
 */
import { providers } from "../src/providers/index.ts";
import type { KeyApi } from "../src/providers/types.ts";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { type Command, type CommandLine, commonFlags } from "../src/cli/command.ts";
import { commands } from "../src/cli/commands/index.ts";
import { environmentRows, flagRows, usageLine } from "../src/cli/help.ts";
import { type ErrorRow, errorTable } from "../src/core/errors.ts";
import { checks } from "../src/ci/checks/index.ts";
import { formats } from "../src/formats/index.ts";
import { compatibilityPage } from "./compatibility.ts";
import { noisePage } from "./noise.ts";
import { code, table } from "./tables.ts";

const root = join(import.meta.dirname, "..");
const MADE = "<!-- Made by `node tools/docs.ts`; change the declarations, not this page. -->";

const anchor = (name: string): string => `bulkhead-${name.replaceAll(" ", "-")}`;
const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

function commandSection(line: CommandLine, command: Command): string {
  const parts = [
    `## bulkhead ${line.name}`,
    `${capital(line.brief)}.`,
    `\`\`\`\n${usageLine(line, command)}\n\`\`\``,
  ];
  if (command.details !== undefined) parts.push(command.details);
  const args = (command.args ?? []).filter(({ hidden }) => hidden !== true);
  if (args.length > 0)
    parts.push(
      table(
        ["argument", ""],
        args.map(({ name, brief }) => [code(name.toUpperCase()), brief]),
      ),
    );
  const flags = flagRows(command.flags);
  if (flags.length > 0)
    parts.push(
      table(
        ["flag", ""],
        flags.map(([form, brief]) => [code(form), brief]),
      ),
    );
  const width = Math.max(...command.examples.map(({ line: text }) => text.length));
  const examples = command.examples.map(({ line: text, says }) => `${text.padEnd(width)}  # ${says}`);
  parts.push(`\`\`\`sh\n${examples.join("\n")}\n\`\`\``);
  const exits = Object.entries(command.exits ?? {});
  if (exits.length > 0) parts.push(table(["exit code", ""], exits));
  return parts.join("\n\n");
}

export async function cliPage(): Promise<string> {
  const loaded = await Promise.all(
    commands.map(async (line) => [line, (await line.load()).default] as const),
  );
  const overview = table(
    ["command", ""],
    commands.map(({ name, brief }) => [`[${code(name)}](#${anchor(name)})`, brief]),
  );
  const common = table(
    ["flag", ""],
    flagRows(commonFlags).map(([form, brief]) => [code(form), brief]),
  );
  const exits = table(
    ["exit code", ""],
    [
      ["0", "done"],
      ["1", "failed"],
      ["2", "wrong usage, or a declaration that cannot be read"],
      ["3", "problems were found"],
      ["4", "incomplete: something could not be looked at"],
    ],
  );
  const head = [
    "# Commands",
    MADE,
    "Data goes to standard output; what is said about it goes to standard error, as `bulkhead: error: …` and `bulkhead: hint: …`. Colour only on a terminal, and not with `NO_COLOR`.",
    overview,
    "Every command takes:",
    common,
    "Exit codes, where a command does not say otherwise:",
    exits,
    "Environment:",
    table(
      ["variable", ""],
      environmentRows.map(([name, says]) => [code(name), says]),
    ),
  ];
  return `${[...head, ...loaded.map(([line, command]) => commandSection(line, command))].join("\n\n")}\n`;
}

export function errorsPage(): string {
  const rows = Object.entries(errorTable).map(
    ([name, { status, exit, message, hint }]: [string, ErrorRow]) => [
      code(name),
      String(status),
      String(exit),
      message,
      hint,
    ],
  );
  const text =
    "Every error that Bulkhead raises on purpose. `{x}` is filled in; a name, a path or a number, never a value. The API answers with the status and the message, and names the code in the header `x-bulkhead-error`; commands exit with the exit code.";
  return `# Errors\n\n${MADE}\n\n${text}\n\n${table(["code", "status", "exit", "message", "what to do next"], rows)}\n`;
}

const CLASSES: Readonly<Record<string, string>> = {
  A: "Secret scope",
  B: "Identity",
  C: "Trust boundary",
  D: "Injection",
  E: "Poisoning",
  F: "Supply chain",
  G: "Governance",
};

export function ciChecksPage(): string {
  const sections = Object.entries(CLASSES).flatMap(([letter, title]) => {
    const own = checks.filter((check) => check.class === letter);
    if (own.length === 0) return [];
    const rows = own.map((check) => [
      code(check.id),
      check.severity,
      check.pedantic === true ? "with `--pedantic`" : "",
      `**${capital(check.title)}.** ${check.attack} *${check.mend}*`,
      (check.zizmor ?? []).map(code).join(", "),
    ]);
    return [
      `## ${letter}: ${title}`,
      table(["check", "severity", "", "what, why, *how to mend it*", "as in zizmor"], rows),
    ];
  });
  const text =
    "What `bulkhead ci audit` looks for; [the audit](ci.md) says how to run it and how to allow a finding. `bulkhead ci checks ID` prints a row. Most checks say more under `--pedantic`. The last column: under that name a `# zizmor: ignore[…]` comment silences the check.";
  return `${["# Checks of the CI audit", MADE, text, ...sections].join("\n\n")}\n`;
}

const FORMATS = /(<!-- formats: made by `node tools\/docs.ts` -->\n)[^]*?(\n<!-- \/formats -->)/;

/** The page is written by hand but for its table of formats. */
export function scanPage(): string {
  const rows = formats.map(({ title, reads }) => [title, reads] as const);
  const page = readPage("docs/scan.md");
  if (!FORMATS.test(page)) throw new Error("docs/scan.md has no place for the table of formats");
  return page.replace(
    FORMATS,
    (_, begin: string, end: string) => `${begin}\n${table(["format", "what is read"], rows)}\n${end}`,
  );
}

const DRIVERS = /(<!-- drivers: made by `node tools\/docs.ts` -->\n)[^]*?(<!-- \/drivers -->)/;

/** The page is written by hand but for its table of drivers. */
export function rotatePage(): string {
  const rows = providers.flatMap(({ title, rotate }) => {
    const needs = (api: KeyApi): string =>
      [
        api.self === true ? "itself, or another secret (`with`)" : "`with`",
        ...Object.entries(api.needs ?? {}).map(([name, says]) => `${code(name)}: ${says}`),
      ].join("; ");
    const byData = (rotate.calls ?? []).map(
      (api) => [title, api.title, needs(api), `[calls](${api.cite})`] as const,
    );
    return rotate.driver === undefined
      ? byData
      : [
          ...byData,
          [title, `by code: ${code(rotate.driver)}`, "`with`, or itself where it may", ""] as const,
        ];
  });
  const page = readPage("docs/rotate.md");
  if (!DRIVERS.test(page)) throw new Error("docs/rotate.md has no place for the table of drivers");
  const made = table(["provider", "what", "minted with", "documented"], rows);
  return page.replace(DRIVERS, (_, begin: string, end: string) => `${begin}\n${made}\n\n${end}`);
}

export const pages: Readonly<Record<string, () => Promise<string> | string>> = {
  "docs/cli.md": cliPage,
  "docs/errors.md": errorsPage,
  "docs/scan.md": scanPage,
  "docs/rotate.md": rotatePage,
  "docs/ci-checks.md": ciChecksPage,
  "docs/compatibility.md": () => compatibilityPage(MADE),
  "docs/noise.md": () => noisePage(MADE),
};

/** Pages that differ from what their declarations say. */
export async function drifted(): Promise<string[]> {
  const out: string[] = [];
  for (const [file, make] of Object.entries(pages)) if (readPage(file) !== (await make())) out.push(file);
  return out;
}

function readPage(file: string): string {
  try {
    return readFileSync(join(root, file), "utf8");
  } catch {
    return "";
  }
}

async function main(check: boolean): Promise<void> {
  if (check) {
    const stale = await drifted();
    for (const file of stale) process.stderr.write(`${file} has drifted: run \`node tools/docs.ts\`\n`);
    process.exitCode = stale.length > 0 ? 1 : 0;
    return;
  }
  for (const [file, make] of Object.entries(pages)) {
    const path = join(root, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, await make());
    process.stdout.write(`${relative(process.cwd(), path)}\n`);
  }
}

if (import.meta.main) await main(process.argv.includes("--check"));
