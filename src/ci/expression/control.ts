/** Who can choose the text of a context's field. */
import type { Control } from "./types.ts";

/** Free text of people without any right on the repository. */
const OUTSIDERS: readonly RegExp[] = [
  /^github\.head_ref$/,
  /^github\.event\.(?:issue|pull_request|discussion)\.(?:title|body)$/,
  /^github\.event\.(?:comment|review|review_comment|discussion_comment)\.body$/,
  /^github\.event\.(?:workflow_run|check_run|check_suite)\.(?:head_branch|display_title)$/,
  /^github\.event\.pull_request\.head\.(?:ref|label)$/,
  /\.head(?:_repository|\.repo)\.(?:default_branch|description|homepage)$/,
  /^github\.event\.(?:commits\.(?:\*|\d+)|head_commit|workflow_run\.head_commit)\.(?:message|author\.(?:email|name)|committer\.(?:email|name))$/,
  /^github\.event\.pages\.(?:\*|\d+)\.page_name$/,
  /^github\.event\.changes\.(?:title|body)\.from$/,
  /^github\.event\.changes\.head\.ref\.from$/,
];
/** Whole objects that hold such text. */
const OBJECTS =
  /^github(?:\.event(?:\.(?:issue|pull_request(?:\.head(?:\.repo)?)?|discussion|comment|review|review_comment|commits(?:\.(?:\*|\d+))?|head_commit(?:\.author)?|workflow_run(?:\.head_commit)?|pages|changes|\*))?)?$/;
/** Names of fields that cannot carry code, whatever object they stand in: numbers, hashes, addresses and names that the host forms. */
const FORMED =
  /(?:^|[._])(?:id|node_id|number|sha|before|after|login|html_url|url|action|type|state|draft|merged|locked|author_association|conclusion|status|run_number|run_attempt|full_name|name_with_owner|size|count|additions|deletions|changed_files|comments|commits|visibility|private|fork|event|tree_id|mergeable|rebaseable)$|_(?:at|url|id|sha|count|number)$/;

/** Of `github.` itself. Names of accounts and repositories have a form without blanks and quotes. */
const FIXED_GITHUB = new Set(
  "action action_path action_ref action_repository action_status actor actor_id api_url env event_name event_path graphql_url job path ref_protected ref_type repository repository_id repository_owner repository_owner_id repositoryurl retention_days run_attempt run_id run_number secret_source server_url sha step_summary token triggering_actor workflow workflow_sha workspace output state base_ref workflow_ref job_workflow_sha".split(
    " ",
  ),
);
const DERIVED = new Set(["env", "steps", "needs", "inputs", "matrix", "jobs"]);

/** `path` in lower case, `*` for what is known only at run time. */
export function controlOf(path: string): Control {
  const root = path.split(".", 1)[0] ?? "";
  if (DERIVED.has(root)) return "derived";
  if (root !== "github") return "fixed"; // vars, runner, job, strategy: set by the repository or the host
  if (OBJECTS.test(path) || OUTSIDERS.some((pattern) => pattern.test(path))) return "outsider";
  const [, field = "", ...rest] = path.split(".");
  if (field !== "event") return FIXED_GITHUB.has(field) ? "fixed" : "writer";
  if (rest[0] === "inputs" || rest[0] === "client_payload") return "writer";
  return FORMED.test(path) ? "fixed" : "writer";
}
