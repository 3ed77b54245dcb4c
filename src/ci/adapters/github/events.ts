/**
 * GitHub's events: who can start them, whose code a checkout gives, and what a run holds that an outsider started.
 * https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
 */
import type { CodeOrigin, Starter, Trigger } from "../../model.ts";

export interface EventRow {
  readonly starters: readonly Starter[];
  readonly code: CodeOrigin;
  readonly outsiders: Trigger["outsiders"];
}

const row = (starters: readonly Starter[], code: CodeOrigin, outsiders: Trigger["outsiders"]): EventRow => ({
  starters,
  code,
  outsiders,
});

/** On the default branch, by whoever has an account. */
const open = row(["anyone", "writer"], "default", "full");
const proposed = row(["anyone", "contributor", "writer"], "proposed", "read-only");
const inside = row(["writer"], "default", "none");
const pushed = row(["writer"], "pushed", "none");
const byHost = row(["host"], "default", "none");

export const EVENTS: ReadonlyMap<string, EventRow> = new Map(
  Object.entries({
    push: pushed,
    create: pushed,
    delete: inside,
    pull_request: proposed,
    pull_request_target: row(["anyone", "contributor", "writer"], "base", "full"),
    pull_request_review: proposed,
    pull_request_review_comment: proposed,
    issue_comment: open,
    issues: open,
    discussion: open,
    discussion_comment: open,
    fork: open,
    watch: open,
    gollum: open,
    workflow_run: row(["workflow"], "default", "full"),
    workflow_call: row(["workflow"], "caller", "none"),
    workflow_dispatch: pushed,
    repository_dispatch: row(["writer", "host"], "default", "none"),
    schedule: row(["schedule"], "default", "none"),
    merge_group: row(["writer", "host"], "pushed", "none"),
    release: pushed,
    registry_package: inside,
    deployment: row(["writer", "host"], "pushed", "none"),
    deployment_status: row(["writer", "host"], "pushed", "none"),
    deployment_protection_rule: byHost,
    deployment_review: inside,
    page_build: inside,
    public: inside,
    label: inside,
    milestone: inside,
    member: inside,
    project: inside,
    project_card: inside,
    project_column: inside,
    branch_protection_rule: inside,
    check_run: byHost,
    check_suite: byHost,
    status: row(["writer", "host"], "default", "none"),
    image_version: byHost,
  } satisfies Record<string, EventRow>),
);

/** Of an event that this program does not know: the least is assumed of it, and it is marked. */
export const UNKNOWN_EVENT: EventRow = inside;
