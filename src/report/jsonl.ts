/** For programs that read while the scan goes on: a line for each place, then one line `{"end": …}`; without it the scan was cut off. */
import type { Finding } from "../core/finding.ts";
import { escapeControls, factMembers, placeMembers } from "./parts/json-secret.ts";
import type { Report, ReportContext } from "./types.ts";

const row = (value: unknown): string => `${escapeControls(JSON.stringify(value))}\n`;

const line = ({ place, ...facts }: Finding): string => row({ ...factMembers(facts), ...placeMembers(place) });

const end = (context: ReportContext): string =>
  row({
    end: {
      version: context.version,
      complete: context.unreadable.length === 0,
      files: context.files,
      bytes: context.bytes,
      unreadable: context.unreadable.map(({ path, reason }) => ({ path, reason })),
      baseline: context.known ?? null,
      allowed: context.allowed.reduce((sum, { places, morePlaces }) => sum + places.length + morePlaces, 0),
    },
  });

export const jsonl: Report = {
  id: "jsonl",
  title: "one JSON line a place, as the scan goes on",
  render: (secrets, context) =>
    secrets.flatMap(({ places, ...facts }) => places.map((place) => line({ ...facts, place }))).join("") +
    end(context),
  stream: { line, end },
};
