/** The checks, one file each, in the order of their classes: A secret scope, B identity, C trust boundary, D injection, E poisoning, F supply chain, G governance. */
import { agentPromptInjection } from "./agent-prompt-injection.ts";
import { agentUnrestricted } from "./agent-unrestricted.ts";
import { archivedAction } from "./archived-action.ts";
import { artifactPoisoning } from "./artifact-poisoning.ts";
import { artipacked } from "./artipacked.ts";
import { botConditions } from "./bot-conditions.ts";
import { broadTrustPolicy } from "./broad-trust-policy.ts";
import { cacheAcrossTrust } from "./cache-across-trust.ts";
import { cacheInRelease } from "./cache-in-release.ts";
import { codeInputInjection } from "./code-input-injection.ts";
import { composeLiteralSecret } from "./compose-literal-secret.ts";
import { dangerousTriggers } from "./dangerous-triggers.ts";
import { dependabotCooldown } from "./dependabot-cooldown.ts";
import { dependabotExecution } from "./dependabot-execution.ts";
import { deployUnverifiedArtifact } from "./deploy-unverified-artifact.ts";
import { deployWithoutConcurrency } from "./deploy-without-concurrency.ts";
import { deployWithoutEnvironment } from "./deploy-without-environment.ts";
import { derivedSecretUnmasked } from "./derived-secret-unmasked.ts";
import { environmentInjection } from "./environment-injection.ts";
import { evaluatedInput } from "./evaluated-input.ts";
import { githubApp } from "./github-app.ts";
import { gitlabDebugTrace } from "./gitlab-debug-trace.ts";
import { gitlabDeployWithoutEnvironment } from "./gitlab-deploy-without-environment.ts";
import { gitlabJobTokenPush } from "./gitlab-job-token-push.ts";
import { gitlabSecretPrinted } from "./gitlab-secret-printed.ts";
import { gitlabUnpinnedInclude } from "./gitlab-unpinned-include.ts";
import { hardcodedContainerCredentials } from "./hardcoded-container-credentials.ts";
import { hardcodedSecret } from "./hardcoded-secret.ts";
import { idTokenUnused } from "./id-token-unused.ts";
import { idTokenWithoutAudience } from "./id-token-without-audience.ts";
import { idTokenWorkflowWide } from "./id-token-workflow-wide.ts";
import { imageSecretCommand } from "./image-secret-command.ts";
import { imageSecretFile } from "./image-secret-file.ts";
import { imageSecretVariable } from "./image-secret-variable.ts";
import { impostorCommit } from "./impostor-commit.ts";
import { infrastructureLiteralSecret } from "./infrastructure-literal-secret.ts";
import { knownVulnerableAction } from "./known-vulnerable-action.ts";
import { mergeKey } from "./merge-key.ts";
import { missingActorCheck } from "./missing-actor-check.ts";
import { oidcOutsideEnvironment } from "./oidc-outside-environment.ts";
import { outputInjection } from "./output-injection.ts";
import { phaseAuthority } from "./phase-authority.ts";
import { phaseMix } from "./phase-mix.ts";
import { remoteScript } from "./remote-script.ts";
import { secretEnvTooWide } from "./secret-env-too-wide.ts";
import { secretInArgv } from "./secret-in-argv.ts";
import { secretInArtifact } from "./secret-in-artifact.ts";
import { secretInCache } from "./secret-in-cache.ts";
import { secretInGitConfig } from "./secret-in-git-config.ts";
import { secretNameGeneric } from "./secret-name-generic.ts";
import { secretPrinted } from "./secret-printed.ts";
import { secretSharedAcrossEnvironments } from "./secret-shared-across-environments.ts";
import { secretToUnpinnedAction } from "./secret-to-unpinned-action.ts";
import { secretsInherit } from "./secrets-inherit.ts";
import { secretsMissing } from "./secrets-missing.ts";
import { secretsOutsideEnv } from "./secrets-outside-env.ts";
import { secretsUndeclared } from "./secrets-undeclared.ts";
import { secretsUnused } from "./secrets-unused.ts";
import { secretsWholeContext } from "./secrets-whole-context.ts";
import { selfHostedRunner } from "./self-hosted-runner.ts";
import { staticCloudKey } from "./static-cloud-key.ts";
import { staticModelKey } from "./static-model-key.ts";
import { templateInjection } from "./template-injection.ts";
import { tokenDefault } from "./token-default.ts";
import { tokenWiderThanUsed } from "./token-wider-than-used.ts";
import { tokenWriteAll } from "./token-write-all.ts";
import { typosquat } from "./typosquat.ts";
import { unknownRef } from "./unknown-ref.ts";
import { unpinnedAction } from "./unpinned-action.ts";
import { unpinnedImage } from "./unpinned-image.ts";
import { unredactedSecrets } from "./unredacted-secrets.ts";
import { unsoundCondition } from "./unsound-condition.ts";
import { unsoundContains } from "./unsound-contains.ts";
import { untrustedCheckout } from "./untrusted-checkout.ts";
import { untrustedCheckoutRace } from "./untrusted-checkout-race.ts";
import { useTrustedPublishing } from "./use-trusted-publishing.ts";
import { versionMismatch } from "./version-mismatch.ts";
import { weakActorCheck } from "./weak-actor-check.ts";
import type { Check } from "./types.ts";

export const checks: readonly Check[] = [
  // A: secret scope
  secretsWholeContext,
  secretsInherit,
  secretsUndeclared,
  secretsMissing,
  secretsUnused,
  secretEnvTooWide,
  secretsOutsideEnv,
  secretToUnpinnedAction,
  secretPrinted,
  derivedSecretUnmasked,
  secretInArgv,
  secretInArtifact,
  secretInCache,
  artipacked,
  secretInGitConfig,
  unredactedSecrets,
  hardcodedContainerCredentials,
  hardcodedSecret,
  secretNameGeneric,
  secretSharedAcrossEnvironments,
  gitlabDebugTrace,
  gitlabSecretPrinted,
  imageSecretVariable,
  imageSecretCommand,
  imageSecretFile,
  composeLiteralSecret,
  infrastructureLiteralSecret,
  // B: identity
  tokenWriteAll,
  tokenDefault,
  tokenWiderThanUsed,
  idTokenWorkflowWide,
  idTokenUnused,
  oidcOutsideEnvironment,
  staticCloudKey,
  useTrustedPublishing,
  staticModelKey,
  githubApp,
  broadTrustPolicy,
  idTokenWithoutAudience,
  gitlabJobTokenPush,
  // C: trust boundary
  dangerousTriggers,
  untrustedCheckout,
  untrustedCheckoutRace,
  missingActorCheck,
  weakActorCheck,
  botConditions,
  unsoundContains,
  unsoundCondition,
  selfHostedRunner,
  agentPromptInjection,
  agentUnrestricted,
  phaseAuthority,
  phaseMix,
  // D: injection
  templateInjection,
  codeInputInjection,
  evaluatedInput,
  environmentInjection,
  outputInjection,
  // E: poisoning
  cacheInRelease,
  cacheAcrossTrust,
  artifactPoisoning,
  deployUnverifiedArtifact,
  // F: supply chain
  unpinnedAction,
  impostorCommit,
  versionMismatch,
  unknownRef,
  knownVulnerableAction,
  archivedAction,
  typosquat,
  unpinnedImage,
  remoteScript,
  gitlabUnpinnedInclude,
  // G: governance
  deployWithoutEnvironment,
  deployWithoutConcurrency,
  dependabotExecution,
  dependabotCooldown,
  mergeKey,
  gitlabDeployWithoutEnvironment,
];
