/** The checks, one file each, in the order of their classes: A secret scope, B identity, C trust boundary, D injection, E poisoning, F supply chain, G governance. */
import { broadTrustPolicy } from "./broad-trust-policy.ts";
import { artipacked } from "./artipacked.ts";
import { derivedSecretUnmasked } from "./derived-secret-unmasked.ts";
import { hardcodedContainerCredentials } from "./hardcoded-container-credentials.ts";
import { hardcodedSecret } from "./hardcoded-secret.ts";
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
import { tokenWriteAll } from "./token-write-all.ts";
import { tokenDefault } from "./token-default.ts";
import { tokenWiderThanUsed } from "./token-wider-than-used.ts";
import { idTokenWorkflowWide } from "./id-token-workflow-wide.ts";
import { idTokenUnused } from "./id-token-unused.ts";
import { oidcOutsideEnvironment } from "./oidc-outside-environment.ts";
import { staticCloudKey } from "./static-cloud-key.ts";
import { useTrustedPublishing } from "./use-trusted-publishing.ts";
import { staticModelKey } from "./static-model-key.ts";
import { githubApp } from "./github-app.ts";
import { dangerousTriggers } from "./dangerous-triggers.ts";
import { untrustedCheckout } from "./untrusted-checkout.ts";
import { untrustedCheckoutRace } from "./untrusted-checkout-race.ts";
import { missingActorCheck } from "./missing-actor-check.ts";
import { weakActorCheck } from "./weak-actor-check.ts";
import { botConditions } from "./bot-conditions.ts";
import { unsoundContains } from "./unsound-contains.ts";
import { unsoundCondition } from "./unsound-condition.ts";
import { selfHostedRunner } from "./self-hosted-runner.ts";
import { agentPromptInjection } from "./agent-prompt-injection.ts";
import { agentUnrestricted } from "./agent-unrestricted.ts";
import { phaseAuthority } from "./phase-authority.ts";
import { phaseMix } from "./phase-mix.ts";
import { archivedAction } from "./archived-action.ts";
import { artifactPoisoning } from "./artifact-poisoning.ts";
import { cacheAcrossTrust } from "./cache-across-trust.ts";
import { cacheInRelease } from "./cache-in-release.ts";
import { codeInputInjection } from "./code-input-injection.ts";
import { dependabotCooldown } from "./dependabot-cooldown.ts";
import { dependabotExecution } from "./dependabot-execution.ts";
import { deployUnverifiedArtifact } from "./deploy-unverified-artifact.ts";
import { deployWithoutConcurrency } from "./deploy-without-concurrency.ts";
import { deployWithoutEnvironment } from "./deploy-without-environment.ts";
import { environmentInjection } from "./environment-injection.ts";
import { evaluatedInput } from "./evaluated-input.ts";
import { impostorCommit } from "./impostor-commit.ts";
import { knownVulnerableAction } from "./known-vulnerable-action.ts";
import { mergeKey } from "./merge-key.ts";
import { outputInjection } from "./output-injection.ts";
import { remoteScript } from "./remote-script.ts";
import { templateInjection } from "./template-injection.ts";
import { typosquat } from "./typosquat.ts";
import { unknownRef } from "./unknown-ref.ts";
import { unpinnedAction } from "./unpinned-action.ts";
import { unpinnedImage } from "./unpinned-image.ts";
import { versionMismatch } from "./version-mismatch.ts";
import type { Check } from "./types.ts";
import { unredactedSecrets } from "./unredacted-secrets.ts";

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
  // D injection
  templateInjection,
  codeInputInjection,
  evaluatedInput,
  environmentInjection,
  outputInjection,
  // E poisoning
  cacheInRelease,
  cacheAcrossTrust,
  artifactPoisoning,
  deployUnverifiedArtifact,
  // F supply chain
  unpinnedAction,
  impostorCommit,
  versionMismatch,
  unknownRef,
  knownVulnerableAction,
  archivedAction,
  typosquat,
  unpinnedImage,
  remoteScript,
  // G governance
  deployWithoutEnvironment,
  deployWithoutConcurrency,
  dependabotExecution,
  dependabotCooldown,
  mergeKey,
];
