/** The page that `bulkhead check` prints: at most one screen or two, whatever was found. */
import { painter } from "../report/text.ts";
import { formatBytes, pad, plural, visible, width } from "../report/visible.ts";
import type { CheckResult, EnvFile } from "./check.ts";

const ROWS = 8;

/** The short form of `bulkhead litmus`, which stands above this folder's layer. */
export interface LitmusLine {
  readonly text: string;
  readonly command: string;
}

export function renderCheck(
  result: CheckResult & { readonly litmus?: LitmusLine },
  options: { readonly color?: boolean } = {},
): string {
  const paint = painter(options.color === true);
  const section = (title: string, lines: readonly string[], none: string): string =>
    [paint("bold", title), ...(lines.length === 0 ? [paint("dim", `  ${none}`)] : lines)].join("\n");
  const { leaks, allowed, scanned, envFiles, environment, home, workflows, pipelines, next, litmus } = result;
  const read = `${plural(scanned.files, "file")}, ${formatBytes(scanned.bytes)} read`;
  const incomplete =
    scanned.unreadable.length === 0
      ? []
      : [
          paint(
            "yellow",
            `  ${plural(scanned.unreadable.length, "place was", "places were")} not read: ${few(
              scanned.unreadable.map(({ path, reason }) => `${visible(path)} (${visible(reason)})`),
              3,
            )}`,
          ),
        ];
  return `${[
    section(
      count("keys in files", leaks.length),
      [
        ...table(
          leaks.map(({ places: [place], places, morePlaces, title, preview, stored }) => [
            `${place?.path}:${place?.line}${places.length + morePlaces > 1 ? ` and ${places.length + morePlaces - 1} more` : ""}`,
            title,
            preview,
            stored === undefined
              ? (place?.within ?? "")
              : `stored as ${stored.project}/${stored.environment} ${stored.secret}`,
          ]),
        ),
        ...(allowed.length === 0
          ? []
          : [
              `  ${plural(allowed.length, "more is", "more are")} allowed by ${few([...new Set(allowed.map((secret) => visible(secret.allowed?.source ?? "")))], 3)}`,
            ]),
        ...incomplete,
      ],
      `none found (${read})`,
    ),
    section(
      count(".env files", envFiles.length),
      table(envFiles.map((file) => [file.path, habitsOf(file)])),
      "none",
    ),
    section(
      count("what print(os.environ) shows", environment.length),
      table(environment.map(({ name, provider }) => [name, provider ?? ""])),
      "no credential in this environment",
    ),
    section(
      count("what any program run here can read in your home folder", home.length),
      table(home.map(({ path, holds }) => [path, holds])),
      "no credential file",
    ),
    section(
      count("secrets that workflows name", workflows.length),
      table(
        workflows.map(({ name, file, line }) => [
          name === "*" ? "all of the caller's" : name,
          `${file}:${line}`,
        ]),
      ),
      "none",
    ),
    ...(litmus === undefined || litmus.text === ""
      ? []
      : [
          `${paint("bold", "all that a hostile import could read here")}\n  ${visible(litmus.text)}\n  what is left of it under run: ${paint("cyan", `$ ${litmus.command}`)}`,
        ]),
    section(
      count("what workflows leave open", pipelines.length),
      table(pipelines.map(({ severity, message, file, line }) => [severity, `${file}:${line}`, message])),
      "nothing found",
    ),
    `${paint("bold", "next")}\n  ${visible(next.text)}${next.command === undefined ? "" : `\n  ${paint("cyan", `$ ${visible(next.command)}`)}`}`,
  ].join("\n\n")}\n`;
}

const count = (title: string, number: number): string => (number === 0 ? title : `${title} (${number})`);

function few(items: readonly string[], limit: number): string {
  const rest = items.length - limit;
  return items.slice(0, limit).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

function table(rows: readonly (readonly string[])[]): string[] {
  const shown = rows.slice(0, ROWS).map((row) => row.map(visible));
  const widths = shown.reduce<number[]>(
    (all, row) => row.map((cell, i) => Math.max(all[i] ?? 0, width(cell))),
    [],
  );
  const lines = shown.map((row) =>
    `  ${row.map((cell, i) => pad(cell, widths[i] ?? 0)).join("  ")}`.trimEnd(),
  );
  return rows.length > ROWS ? [...lines, `  and ${rows.length - ROWS} more`] : lines;
}

function habitsOf(file: EnvFile): string {
  const words = [
    file.committed === "now" ? "committed" : file.committed === "before" ? "in the history" : "",
    file.present ? "" : "no longer here",
    file.ignored === false && file.committed !== "now" && file.present ? "not in .gitignore" : "",
    file.ignored === true ? "ignored by git" : "",
    file.dockerIgnored === false && file.present ? "enters image builds (not in .dockerignore)" : "",
    file.publishedBy.length === 0 ? "" : `would be published in ${file.publishedBy.join(" and ")}`,
  ];
  return words.filter((word) => word !== "").join(", ") || "present";
}
