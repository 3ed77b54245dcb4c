/** The registry: every report, by name. A report is its own file and one line here. */
import { csv } from "./csv.ts";
import { gitlab } from "./gitlab.ts";
import { html } from "./html.ts";
import { json } from "./json.ts";
import { jsonl } from "./jsonl.ts";
import { junit } from "./junit.ts";
import { markdown } from "./markdown.ts";
import { sarif } from "./sarif.ts";
import { text } from "./text.ts";
import type { Report } from "./types.ts";

export const reports: readonly Report[] = [text, json, jsonl, sarif, gitlab, junit, csv, markdown, html];

export function reportById(id: string): Report | undefined {
  return reports.find((report) => report.id === id);
}
