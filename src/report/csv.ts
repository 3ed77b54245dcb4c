/** For spreadsheets: a row for each place. A cell that would be taken for a formula gets an apostrophe in front. */
import { describeStored, nextStepOf } from "./parts/describe.ts";
import { csvText } from "./parts/escape.ts";
import type { Report } from "./types.ts";

const HEAD = [
  "severity",
  "rule",
  "title",
  "provider",
  "kind",
  "preview",
  "path",
  "entry",
  "line",
  "column",
  "within",
  "commit",
  "author",
  "date",
  "stored",
  "fingerprint",
  "next",
] as const;

export const csv: Report = {
  id: "csv",
  title: "CSV, a row for each place",
  render(secrets) {
    const rows = secrets.flatMap((secret) =>
      secret.places.map((place) => [
        secret.severity,
        secret.rule,
        secret.title,
        secret.provider ?? "",
        secret.kind ?? "",
        secret.preview,
        place.path,
        place.entry ?? "",
        String(place.line),
        String(place.column),
        place.within ?? "",
        place.commit?.id ?? "",
        place.commit === undefined ? "" : `${place.commit.author} <${place.commit.email}>`,
        place.commit?.date ?? "",
        secret.stored === undefined ? "" : describeStored(secret.stored),
        secret.fingerprint ?? "",
        nextStepOf(secret),
      ]),
    );
    return csvText([HEAD, ...rows]);
  },
};
