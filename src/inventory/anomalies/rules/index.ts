/** The registry: one line a rule, in the order in which they are shown. */
import type { AnyRule } from "../types.ts";
import { afterRevocation } from "./after-revocation.ts";
import { failedLogins } from "./failed-logins.ts";
import { newActor } from "./new-actor.ts";
import { newBranch } from "./new-branch.ts";
import { newNetwork } from "./new-network.ts";
import { newReader } from "./new-reader.ts";
import { newWorkflow } from "./new-workflow.ts";
import { offSchedule } from "./off-schedule.ts";
import { rapidReads } from "./rapid-reads.ts";
import { refusals } from "./refusals.ts";
import { revokedIdentity } from "./revoked-identity.ts";
import { supersededVersion } from "./superseded-version.ts";
import { sweep } from "./sweep.ts";
import { wrongCompartment } from "./wrong-compartment.ts";

export const rules: readonly AnyRule[] = [
  afterRevocation,
  revokedIdentity,
  supersededVersion,
  newReader,
  wrongCompartment,
  newNetwork,
  newActor,
  newBranch,
  newWorkflow,
  rapidReads,
  sweep,
  refusals,
  failedLogins,
  offSchedule,
];
