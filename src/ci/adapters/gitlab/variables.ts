/**
 * GitLab's variables: which names the host defines, which of them are credentials, and who can choose their text.
 * https://docs.gitlab.com/ci/variables/predefined_variables/ What a project's settings add no file shows: such a name is a secret when it
 * looks like one, and whether it is protected or masked is unknown.
 */
import { variableMatch } from "../../effects/systems.ts";
import type { Control } from "../../expression/types.ts";

const PREDEFINED =
  /^(?:CI|CI_(?:API|BUILDS|COMMIT|CONCURRENT|CONFIG|DEBUG|DEFAULT|DEPENDENCY|DEPLOY|DISPOSABLE|ENVIRONMENT|EXTERNAL|GITLAB|HAS|JOB|KUBERNETES|MERGE|NODE|OPEN|PAGES|PIPELINE|PROJECT|REGISTRY|RELEASE|REPOSITORY|RUNNER|SCHEDULE|SERVER|SHARED|TEMPLATE|TRIGGER|UPSTREAM)(?:_\w+)?|GITLAB_CI|GITLAB_FEATURES|GITLAB_USER_(?:EMAIL|ID|LOGIN|NAME)|FF_\w+|GIT_(?:STRATEGY|DEPTH|CHECKOUT|CLEAN_FLAGS|FETCH_EXTRA_FLAGS|SUBMODULE_\w+|CLONE_PATH)|KUBECONFIG_FILE_PATH|CHAT_(?:CHANNEL|INPUT|USER_ID)|TRIGGER_PAYLOAD)$/;
const CREDENTIALS = new Set([
  "CI_JOB_TOKEN",
  "CI_REGISTRY_PASSWORD",
  "CI_DEPENDENCY_PROXY_PASSWORD",
  "CI_REPOSITORY_URL",
  "CI_DEPLOY_PASSWORD",
]);
const OUTSIDER =
  /^CI_(?:COMMIT_(?:MESSAGE|TITLE|DESCRIPTION|AUTHOR|REF_NAME|BRANCH)|MERGE_REQUEST_(?:TITLE|DESCRIPTION|LABELS|MILESTONE|SOURCE_BRANCH_NAME|SOURCE_PROJECT_PATH)|EXTERNAL_PULL_REQUEST_\w*BRANCH_NAME)$|^TRIGGER_PAYLOAD$|^CHAT_INPUT$/;
const WRITER = /^CI_COMMIT_TAG(?:_MESSAGE)?$|^CI_DEPLOY_FREEZE$/;
/** Names of settings that open something and whose form no vendor documents. */
const ALSO =
  /(?:^|_)(?:KUBECONFIG|KUBE_CONFIG|PASSPHRASE|SERVICE_ACCOUNT(?:_KEY|_JSON)?|SSH_KEY|DEPLOY_KEY)$/;

/** Whether a variable that no file defines is taken for a secret of the project's settings, or of the host. */
export function isSecretName(name: string): boolean {
  if (CREDENTIALS.has(name)) return true;
  return !PREDEFINED.test(name) && (variableMatch(name)?.secret === true || ALSO.test(name));
}

export function controlOf(name: string): Control {
  if (OUTSIDER.test(name)) return "outsider";
  if (WRITER.test(name)) return "writer";
  return PREDEFINED.test(name) ? "fixed" : "derived";
}
