/** The registry: every report, by name. A report is its own file and one line here. */
import { json } from "./json.ts";
import { sarif } from "./sarif.ts";
import { text } from "./text.ts";
import type { Report } from "./types.ts";

export const reports: readonly Report[] = [text, json, sarif];

export function reportById(id: string): Report | undefined {
  return reports.find((report) => report.id === id);
}
