/** Trust policies that let in more than the jobs they are for. */
import { breadthHere, isAboutCi, policiesOf } from "../trust/index.ts";
import type { Check } from "./types.ts";

export const broadTrustPolicy: Check = {
  id: "broad-trust-policy",
  class: "B",
  title: "a trust policy lets in more than the jobs it is for",
  severity: "high",
  confidence: "high",
  attack:
    "Whoever gets a token that the policy takes (another repository, a fork's pull request, any branch) assumes the role without a secret.",
  mend: "Name repository, ref or environment, and audience exactly; `bulkhead ci trust` prints the narrowest policy that still admits today's jobs.",
  repository(repository, report) {
    for (const located of policiesOf(repository).policies) {
      if (!isAboutCi(located.policy)) continue;
      const { system, target } = located.policy;
      const whose = `${system} ${target ?? "policy"}`;
      for (const { kind, message, place, broken, environment, pedantic } of breadthHere(located, repository))
        report({
          span: located.place(place),
          message: `${whose}: ${message}`,
          subject: `${whose} ${kind}`,
          ...(broken === true && { severity: "low" as const }),
          // The environment's rules stand on the host: they may settle the branch.
          ...(environment !== undefined && { confidence: "low" as const }),
          ...((pedantic === true || environment !== undefined) && { pedantic: true }),
        });
    }
  },
};
