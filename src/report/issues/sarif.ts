/** SARIF 2.1.0 (OASIS), for code-scanning pages. */
import { LEVELS, MOST_RELATED, locationOf, ruleName, sarifText } from "../parts/sarif.ts";
import { visible } from "../visible.ts";
import type { Issue, IssueReport, IssueRule } from "./types.ts";
import { leftOut, sentence } from "./words.ts";

export const sarif: IssueReport = {
  id: "sarif",
  title: "SARIF 2.1.0 for code scanning",
  render(issues, context) {
    const all = [...issues, ...context.allowed];
    const rules = [...new Map(all.map(({ rule }) => [rule.id, rule])).values()];
    const index = new Map(rules.map(({ id }, at) => [id, at]));
    return sarifText({
      ...context,
      rules: rules.map(ruleOf),
      results: all.map((issue) => resultOf(issue, index.get(issue.rule.id) ?? 0)),
      notes: leftOut(context),
    });
  },
};

const ruleOf = ({ id, title, severity, attack, mend, tags }: IssueRule) => ({
  id,
  name: ruleName(id),
  shortDescription: { text: sentence(title) },
  fullDescription: { text: attack },
  help: { text: `${attack} ${mend}`, markdown: `${attack}\n\n**Mend**: ${mend}` },
  defaultConfiguration: { level: LEVELS[severity].level },
  properties: { tags: ["security", ...tags], "security-severity": LEVELS[severity].score },
});

const resultOf = (issue: Issue, ruleIndex: number) => ({
  ruleId: issue.rule.id,
  ruleIndex,
  level: LEVELS[issue.severity].level,
  message: { text: visible(sentence(issue.message)) },
  locations: [locationOf(issue.place)],
  relatedLocations: issue.related.slice(0, MOST_RELATED).map(({ place, message }, id) => ({
    id,
    ...locationOf(place),
    message: { text: visible(message) },
  })),
  partialFingerprints: { "bulkheadIssue/v1": issue.fingerprint },
  properties: { confidence: issue.confidence },
  ...(issue.allowed === undefined
    ? {}
    : {
        suppressions: [
          {
            kind: issue.allowed.source.endsWith(" comment") ? "inSource" : "external",
            status: "accepted",
            justification: visible(`${issue.allowed.reason} (${issue.allowed.source})`),
          },
        ],
      }),
});
