/** The checks, one file each, in the order of their classes: A secret scope, B identity, C trust boundary, D injection, E poisoning, F supply chain, G governance. */
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

export const checks: readonly Check[] = [
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
