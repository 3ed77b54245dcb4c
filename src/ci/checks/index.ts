/** The checks, one file each, in the order of their classes: A secret scope, B identity, C trust boundary, D injection, E poisoning, F supply chain, G governance. */
import { composeLiteralSecret } from "./compose-literal-secret.ts";
import { gitlabDebugTrace } from "./gitlab-debug-trace.ts";
import { gitlabDeployWithoutEnvironment } from "./gitlab-deploy-without-environment.ts";
import { gitlabJobTokenPush } from "./gitlab-job-token-push.ts";
import { gitlabSecretPrinted } from "./gitlab-secret-printed.ts";
import { gitlabUnpinnedInclude } from "./gitlab-unpinned-include.ts";
import { idTokenWithoutAudience } from "./id-token-without-audience.ts";
import { imageSecretCommand } from "./image-secret-command.ts";
import { imageSecretFile } from "./image-secret-file.ts";
import { imageSecretVariable } from "./image-secret-variable.ts";
import { infrastructureLiteralSecret } from "./infrastructure-literal-secret.ts";
import type { Check } from "./types.ts";

export const checks: readonly Check[] = [
  // A: secret scope
  gitlabDebugTrace,
  gitlabSecretPrinted,
  imageSecretVariable,
  imageSecretCommand,
  imageSecretFile,
  composeLiteralSecret,
  infrastructureLiteralSecret,
  // B: identity
  idTokenWithoutAudience,
  gitlabJobTokenPush,
  // F: supply chain
  gitlabUnpinnedInclude,
  // G: governance
  gitlabDeployWithoutEnvironment,
];
