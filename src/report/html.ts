/** One page that needs nothing else: no request leaves it, and its policy lets its own style and script run and nothing more. */
import { createHash } from "node:crypto";
import type { FoundSecret, Severity } from "../core/finding.ts";
import {
  asidesOf,
  describeHistory,
  describeStored,
  leftOut,
  nextStepOf,
  placeOf,
  summaryOf,
} from "./parts/describe.ts";
import { markup } from "./parts/escape.ts";
import { SCRIPT, STYLE } from "./parts/page.ts";
import type { Report, ReportContext } from "./types.ts";
import { formatBytes, plural } from "./visible.ts";

const SEVERITIES: readonly Severity[] = ["critical", "high", "medium", "low", "info"];
const MOST_PLACES = 200;

const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
const POLICY = `default-src 'none'; style-src ${hash(STYLE)}; script-src ${hash(SCRIPT)}; base-uri 'none'; form-action 'none'`;

export const html: Report = {
  id: "html",
  title: "one HTML page",
  render: (secrets, context) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Bulkhead: ${markup(summaryOf(secrets))}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${markup(summaryOf(secrets))}</h1>
<p class="soft">${markup(`${plural(context.files, "file")}, ${formatBytes(context.bytes)} read, ${new Date(context.ended).toISOString().slice(0, 16).replace("T", " ")} UTC, Bulkhead ${context.version}`)}</p>
${[...remarks(context), ...(secrets.length === 0 ? [] : [filter(secrets)]), ...secrets.map(card), ...allowed(context)].join("\n")}
<script>${SCRIPT}</script>
</body>
</html>
`,
};

function remarks(context: ReportContext): string[] {
  const left = leftOut(context).map((line) => `<p>${markup(line)}</p>`);
  if (context.unreadable.length === 0) return left;
  const rows = context.unreadable.map(
    ({ path, reason }) => `<li><code>${markup(path)}</code>: ${markup(reason)}</li>`,
  );
  return [
    ...left,
    `<div class="warning"><p>Incomplete: ${plural(rows.length, "place was", "places were")} not read</p><ul>${rows.join("")}</ul></div>`,
  ];
}

function filter(secrets: readonly FoundSecret[]): string {
  const boxes = SEVERITIES.map((severity) => {
    const count = secrets.filter((secret) => secret.severity === severity).length;
    return `<label><input type="checkbox" data-severity="${severity}" checked> ${severity} (${count})</label>`;
  });
  return `<fieldset><legend>show</legend>${boxes.join("\n")}</fieldset>`;
}

function card(secret: FoundSecret): string {
  const history = describeHistory(secret);
  const shown = secret.places.slice(0, MOST_PLACES);
  const rest = secret.places.length - shown.length + secret.morePlaces;
  const places = shown.map((place) => {
    const asides = asidesOf(place).map((aside) => ` <span class="soft">${markup(aside)}</span>`);
    return `<li><code>${markup(placeOf(place))}</code>${asides.join("")}</li>`;
  });
  return [
    `<article class="${secret.severity}">`,
    `<p class="severity">${secret.severity}</p>`,
    `<h2>${markup(secret.title)} <code>${markup(secret.preview)}</code></h2>`,
    ...(secret.incomplete === undefined
      ? []
      : [`<p>incomplete: ${markup(secret.incomplete)} is not here</p>`]),
    ...(secret.says === undefined ? [] : [`<p>says: ${markup(secret.says)}</p>`]),
    ...(secret.opens === undefined ? [] : [`<p class="soft">opens: ${markup(secret.opens)}</p>`]),
    ...(secret.stored === undefined
      ? []
      : [`<p><strong>${markup(describeStored(secret.stored))}</strong></p>`]),
    ...(secret.allowed === undefined
      ? []
      : [`<p>allowed by ${markup(secret.allowed.source)}: ${markup(secret.allowed.reason)}</p>`]),
    `<ul>${places.join("\n")}${rest === 0 ? "" : `<li>and ${plural(rest, "more place")}</li>`}</ul>`,
    ...(history === null ? [] : [`<p>${markup(history)}</p>`]),
    ...(secret.allowed === undefined ? [`<p>next: ${markup(nextStepOf(secret))}</p>`] : []),
    "</article>",
  ].join("\n");
}

const allowed = ({ allowed: secrets }: ReportContext): string[] =>
  secrets.length === 0
    ? []
    : [
        `<details><summary>${plural(secrets.length, "allowed secret")}</summary>\n${secrets.map(card).join("\n")}\n</details>`,
      ];
