/** JUnit's XML, for CI systems that show tests: a failed test a secret, an error for what was not read, skipped tests for what is allowed. */
import type { FoundSecret } from "../core/finding.ts";
import { asidesOf, describeHistory, describeStored, nextStepOf, placeOf } from "./parts/describe.ts";
import { type JunitCase, junitText } from "./parts/junit.ts";
import type { Report } from "./types.ts";

const MOST_PLACES = 200;

export const junit: Report = {
  id: "junit",
  title: "JUnit XML for CI pages",
  render: (secrets, context) =>
    junitText({
      ...context,
      name: "bulkhead scan",
      failures: secrets.map((secret) => caseOf(secret, `${secret.title} ${secret.preview}`)),
      skipped: context.allowed.map((secret) =>
        caseOf(secret, `${secret.allowed?.reason ?? ""} (${secret.allowed?.source ?? ""})`),
      ),
      clean: "no credential in what was read",
    }),
};

function caseOf(secret: FoundSecret, message: string): JunitCase {
  const place = secret.places[0];
  return {
    rule: secret.rule,
    name: place === undefined ? secret.title : `${secret.title} in ${placeOf(place)}`,
    file: place ?? null,
    message,
    lines: lines(secret),
  };
}

function lines(secret: FoundSecret): string[] {
  const history = describeHistory(secret);
  return [
    `severity: ${secret.severity}`,
    ...(secret.opens === undefined ? [] : [`opens: ${secret.opens}`]),
    ...(secret.stored === undefined ? [] : [describeStored(secret.stored)]),
    ...secret.places.slice(0, MOST_PLACES).map((place) => [placeOf(place), ...asidesOf(place)].join("  ")),
    ...(history === null ? [] : [history]),
    `next: ${nextStepOf(secret)}`,
  ];
}
