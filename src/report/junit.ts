/** JUnit's XML, for CI systems that show tests: a failed test a secret, an error for what was not read, skipped tests for what is allowed. */
import type { FoundSecret } from "../core/finding.ts";
import { asidesOf, describeHistory, describeStored, nextStepOf, placeOf } from "./parts/describe.ts";
import { markup } from "./parts/escape.ts";
import type { Report } from "./types.ts";

const MOST_PLACES = 200;

export const junit: Report = {
  id: "junit",
  title: "JUnit XML for CI pages",
  render(secrets, context) {
    const seconds = Math.max(0, (context.ended - context.started) / 1000).toFixed(3);
    const cases = [
      ...secrets.map((secret) =>
        testcase(
          secret,
          `<failure message="${markup(`${secret.title} ${secret.preview}`)}" type="${markup(secret.rule)}">${lines(secret)}</failure>`,
        ),
      ),
      ...context.unreadable.map(
        ({ path, reason }) =>
          `    <testcase classname="not read" name="${markup(path)}"><error message="${markup(reason)}" type="not-read"></error></testcase>`,
      ),
      ...context.allowed.map((secret) =>
        testcase(
          secret,
          `<skipped message="${markup(`${secret.allowed?.reason ?? ""} (${secret.allowed?.source ?? ""})`)}"></skipped>`,
        ),
      ),
    ];
    // a suite without tests is taken for a broken run by some pages
    if (cases.length === 0)
      cases.push('    <testcase classname="bulkhead" name="no credential in what was read"></testcase>');
    const counts = `tests="${cases.length}" failures="${secrets.length}" errors="${context.unreadable.length}" skipped="${context.allowed.length}" time="${seconds}"`;
    return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="bulkhead scan" ${counts}>
  <testsuite name="bulkhead scan" ${counts} timestamp="${new Date(context.started).toISOString().slice(0, 19)}">
${cases.join("\n")}
  </testsuite>
</testsuites>
`;
  },
};

function testcase(secret: FoundSecret, outcome: string): string {
  const place = secret.places[0];
  const name = place === undefined ? secret.title : `${secret.title} in ${placeOf(place)}`;
  const file = place === undefined ? "" : ` file="${markup(place.path)}" line="${place.line}"`;
  return `    <testcase classname="${markup(secret.rule)}" name="${markup(name)}"${file}>${outcome}</testcase>`;
}

function lines(secret: FoundSecret): string {
  const history = describeHistory(secret);
  return [
    `severity: ${secret.severity}`,
    ...(secret.opens === undefined ? [] : [`opens: ${secret.opens}`]),
    ...(secret.stored === undefined ? [] : [describeStored(secret.stored)]),
    ...secret.places.slice(0, MOST_PLACES).map((place) => [placeOf(place), ...asidesOf(place)].join("  ")),
    ...(history === null ? [] : [history]),
    `next: ${nextStepOf(secret)}`,
  ]
    .map(markup)
    .join("\n");
}
