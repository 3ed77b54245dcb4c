/** Outputs of known actions whose text somebody outside chooses: names of changed files, branches of forks, comments. */

/** By slug; the names in lower case, `*` for all. */
const OUTPUTS: Readonly<Record<string, readonly string[]>> = {
  "tj-actions/changed-files": ["*"],
  "tj-actions/branch-names": ["current_branch", "head_ref_branch", "ref_branch"],
  "dorny/paths-filter": ["*_files"],
  "jitterbit/get-changed-files": ["*"],
  "trilom/file-changes-action": ["*"],
  "lots0logs/gh-action-get-changed-files": ["*"],
  "masesgroup/retrieve-changed-files": ["*"],
  "tj-actions/glob": ["paths"],
  "xt0rted/pull-request-comment-branch": ["head_ref"],
  "alessbell/pull-request-comment-branch": ["head_ref"],
  "eficode/resolve-pr-refs": ["head_ref"],
  "potiuk/get-workflow-origin": ["sourceheadbranch"],
  "khan/pull-request-comment-trigger": ["comment_body"],
  "peter-evans/find-comment": ["comment-body"],
  "gotson/pull-request-comment-branch": ["head_ref"],
  "actions-ecosystem/action-regex-match": ["match", "group1", "group2", "group3"],
};
/** Numbers and switches. */
const HARMLESS = /(?:_count|-count|^any_|_any|^count$)/;

export function choosesOutput(slug: string, output: string): boolean {
  const names = Object.hasOwn(OUTPUTS, slug) ? OUTPUTS[slug] : undefined;
  if (names === undefined || HARMLESS.test(output)) return false;
  return names.some((name) =>
    name === "*" ? true : name.startsWith("*") ? output.endsWith(name.slice(1)) : name === output,
  );
}
