/**
 * What can start a pipeline, by `CI_PIPELINE_SOURCE`: who, and whose code runs. Merge requests of forks run in the fork, with the fork's own
 * variables, unless a member starts them in the project: then without protected variables.
 * https://docs.gitlab.com/ci/jobs/job_rules/#ci_pipeline_source-predefined-variable
 */
import type { CodeOrigin, Starter, Trigger } from "../../model.ts";

export interface Source {
  /** The source, but for tags, which are pushes. */
  readonly event: string;
  readonly source: string;
  readonly starters: readonly Starter[];
  readonly code: CodeOrigin;
  readonly outsiders: Trigger["outsiders"];
  /** Which of branch, tag and merge request it runs for; null: either a branch or a tag. */
  readonly of: "branch" | "tag" | "merge-request" | null;
  /** Its keyword of `only` and `except`. */
  readonly keyword: string;
}

const row = (
  event: string,
  starters: readonly Starter[],
  keyword: string,
  more: Partial<Pick<Source, "source" | "code" | "outsiders" | "of">> = {},
): Source => ({
  event,
  source: event,
  starters,
  code: "pushed",
  outsiders: "none",
  of: null,
  keyword,
  ...more,
});

const SOURCES: readonly Source[] = [
  row("push", ["writer"], "pushes", { of: "branch" }),
  row("tag", ["writer"], "tags", { source: "push", of: "tag" }),
  row("merge_request_event", ["contributor", "writer"], "merge_requests", {
    code: "proposed",
    outsiders: "read-only",
    of: "merge-request",
  }),
  row("schedule", ["schedule"], "schedules"),
  row("web", ["writer"], "web"),
  row("api", ["writer", "host"], "api"),
  row("trigger", ["host"], "triggers"),
  row("pipeline", ["workflow"], "pipelines"),
  row("chat", ["writer"], "chat"),
  row("external_pull_request_event", ["writer"], "external_pull_requests", { code: "proposed" }),
];

/** Of a pipeline that another one of the same project starts. */
const CHILD = row("parent_pipeline", ["workflow"], "pipelines", { code: "caller" });

export const sourcesOf = (child: boolean): readonly Source[] => (child ? [CHILD] : SOURCES);
