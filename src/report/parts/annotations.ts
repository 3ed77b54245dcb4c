/** Findings as GitHub's runner shows them beside the lines of a change: workflow commands on standard output. */
import type { FoundSecret, Place, Severity } from "../../core/finding.ts";
import { asidesOf, nextStepOf } from "./describe.ts";
import { visible } from "../visible.ts";

const LEVELS: Readonly<Record<Severity, string>> = {
  critical: "error",
  high: "error",
  medium: "error",
  low: "warning",
  info: "notice",
};

/** GitHub shows ten of a kind; more are in the report. */
const MOST = 50;

/** Escaped as the runner reads it back: nothing in a name or a path ends the line or begins a command. */
const data = (text: string): string =>
  visible(text).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
const property = (text: string): string => data(text).replace(/:/g, "%3A").replace(/,/g, "%2C");

/** `fileOf`: a place's path relative to the repository. */
export function githubAnnotations(secrets: readonly FoundSecret[], fileOf: (path: string) => string): string {
  const lines = secrets.flatMap((secret) => secret.places.map((place) => lineOf(secret, place, fileOf)));
  return lines.slice(0, MOST).join("");
}

function lineOf(secret: FoundSecret, place: Place, fileOf: (path: string) => string): string {
  const { path, entry } = place;
  const inside = entry === undefined ? [] : [`in ${entry}, line ${place.line}`];
  const says = [secret.preview, ...inside, ...asidesOf(place), `next: ${nextStepOf(secret)}`].join("; ");
  return annotation(secret.severity, { ...place, path: fileOf(path) }, { title: secret.title, says });
}

/** One workflow command. */
export function annotation(
  severity: Severity,
  { path, entry, line, endLine }: Pick<Place, "path" | "entry" | "line" | "endLine">,
  { title, says }: { readonly title: string; readonly says: string },
): string {
  // Lines in an archive's entry are not lines of the file.
  const at = entry === undefined ? `,line=${line},endLine=${endLine}` : "";
  return `::${LEVELS[severity]} file=${property(path)}${at},title=${property(title)}::${data(says)}\n`;
}
