/** For programs: one object, stable names, secrets in order. `schema` changes when a name changes its meaning. */
import type { FoundSecret } from "../core/finding.ts";
import { escapeControls, factMembers, placeMembers } from "./parts/json-secret.ts";
import type { Report } from "./types.ts";

export const json: Report = {
  id: "json",
  title: "JSON for programs",
  render(secrets, context) {
    const document = {
      schema: "bulkhead.findings.v2",
      version: context.version,
      complete: context.unreadable.length === 0,
      files: context.files,
      bytes: context.bytes,
      unreadable: context.unreadable.map(({ path, reason }) => ({ path, reason })),
      baseline: context.known ?? null,
      secrets: secrets.map(secretMembers),
      allowed: context.allowed.map(secretMembers),
    };
    return `${escapeControls(JSON.stringify(document, null, 2))}\n`;
  },
};

const secretMembers = (secret: FoundSecret) => ({
  ...factMembers(secret),
  first: secret.first ?? null,
  last: secret.last ?? null,
  places: secret.places.map(placeMembers),
  morePlaces: secret.morePlaces,
});
