/** SARIF 2.1.0 (OASIS), for code-scanning pages: one result a secret. Columns count bytes; `byteOffset` is exact. */
import type { FoundSecret } from "../core/finding.ts";
import { asidesOf, describeHistory, describeStored, leftOut, nextStepOf } from "./parts/describe.ts";
import { placeHasher } from "./parts/place-hash.ts";
import { LEVELS, MOST_RELATED, locationOf, ruleName, sarifText } from "./parts/sarif.ts";
import { providerById } from "../providers/lookup.ts";
import type { Report } from "./types.ts";
import { visible } from "./visible.ts";

export const sarif: Report = {
  id: "sarif",
  title: "SARIF 2.1.0 for code scanning",
  render(secrets, context) {
    const all = [...secrets, ...context.allowed];
    const rules = [...new Map(all.map((secret) => [secret.rule, secret])).values()];
    const index = new Map(rules.map(({ rule }, i) => [rule, i]));
    const hash = placeHasher();
    return sarifText({
      ...context,
      rules: rules.map(ruleOf),
      results: all.map((secret) => resultOf(secret, index.get(secret.rule) ?? 0, hash)),
      notes: leftOut(context),
    });
  },
};

function ruleOf(secret: FoundSecret) {
  const opens = secret.opens === undefined ? "" : `; it opens: ${visible(secret.opens)}`;
  const page = secret.provider === undefined ? undefined : providerById(secret.provider)?.rotate.page;
  return {
    id: secret.rule,
    name: ruleName(secret.rule),
    shortDescription: { text: visible(secret.title) },
    fullDescription: { text: `${visible(secret.title)} in readable text${opens}` },
    help: {
      text: `Replace it${page === undefined ? "" : ` at ${page}`}, then take it out of the file: removing it alone does not make it secret again. A value that may stay is allowed with \`bulkhead:allow REASON\` on its line or in .bulkhead/allow.yaml.`,
    },
    ...(page === undefined ? {} : { helpUri: page }),
    defaultConfiguration: { level: LEVELS[secret.severity].level },
    properties: {
      tags: ["security", "secret", ...(secret.kind === undefined ? [] : [secret.kind])],
      "security-severity": LEVELS[secret.severity].score,
    },
  };
}

function resultOf(secret: FoundSecret, ruleIndex: number, hash: ReturnType<typeof placeHasher>) {
  const [place, ...others] = secret.places;
  const history = describeHistory(secret);
  const text = [
    `${secret.title} ${secret.preview}`,
    ...(secret.incomplete === undefined ? [] : [`${secret.incomplete} is not here`]),
    ...(place === undefined ? [] : asidesOf(place)),
    ...(secret.stored === undefined ? [] : [describeStored(secret.stored)]),
    ...(history === null ? [] : [history]),
    nextStepOf(secret),
  ].join("; ");
  return {
    ruleId: secret.rule,
    ruleIndex,
    level: LEVELS[secret.severity].level,
    message: { text: visible(text) },
    locations: place === undefined ? [] : [locationOf(place)],
    relatedLocations: others.slice(0, MOST_RELATED).map((other, id) => ({
      id,
      ...locationOf(other),
      message: { text: visible(["the same value", ...asidesOf(other)].join("; ")) },
    })),
    // a hash of the place; the value's own fingerprint only where a baseline's salt keys it
    partialFingerprints: {
      ...(place === undefined ? {} : { "bulkheadPlace/v1": hash(secret, place) }),
      ...(secret.fingerprint === undefined ? {} : { "bulkheadValue/v1": secret.fingerprint }),
    },
    ...(secret.allowed === undefined
      ? {}
      : {
          suppressions: [
            {
              kind: secret.allowed.source.endsWith(" comments") ? "inSource" : "external",
              status: "accepted",
              justification: visible(`${secret.allowed.reason} (${secret.allowed.source})`),
            },
          ],
        }),
  };
}
