/** What a node has before its authority was worked out: adapters read syntax, `finish.ts` the rest. */
import type { Placement, StepEffects } from "../model.ts";

export const NO_EFFECTS: StepEffects = {
  authorities: [],
  artifacts: [],
  caches: [],
  checkout: null,
  derived: [],
  verifies: false,
  runsProject: false,
  known: false,
};

export const UNPLACED: Placement = {
  phase: "build-untrusted",
  rung: "read",
  phases: [],
  reasons: [],
};
