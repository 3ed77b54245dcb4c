/** As GitHub's runner shows issues beside the lines of a change: workflow commands on standard output. */
import { annotation } from "../parts/annotations.ts";
import type { IssueReport } from "./types.ts";
import { sentence } from "./words.ts";

/** GitHub shows ten of a kind; more are in other reports. */
const MOST = 50;

export const github: IssueReport = {
  id: "github",
  title: "annotations for GitHub's runner",
  render: (issues, { unreadable }) =>
    [
      ...issues.slice(0, MOST).map(({ severity, place, rule, message }) =>
        annotation(severity, place, {
          title: `${rule.title} (${rule.id})`,
          says: `${sentence(message)} ${rule.mend}`,
        }),
      ),
      ...unreadable.map(({ path, reason }) =>
        annotation(
          "high",
          { path, line: 1, endLine: 1 },
          { title: "not read whole", says: sentence(reason) },
        ),
      ),
    ].join(""),
};
