import { isForeign, runsCheckout } from "./parts/actions.ts";
import { listed } from "./parts/secrets.ts";
import { usesClaims } from "./parts/token.ts";
import type { Check } from "./types.ts";

export const idTokenWorkflowWide: Check = {
  id: "id-token-workflow-wide",
  class: "B",
  title: "every job of the workflow has the signed identity",
  severity: "high",
  confidence: "medium",
  systems: ["github-actions"],
  zizmor: ["excessive-permissions"],
  attack:
    "The claims say which workflow runs, not which job: code of a test job takes on the same cloud role as the deployment.",
  mend: "Grant `id-token: write` to the job that authenticates, and to no other.",
  workflow({ permissions, jobs }, report) {
    const entry = permissions.entries.find(({ scope, access }) => scope === "id-token" && access === "write");
    if (entry === undefined) return;
    const inherits = jobs.filter((job) => job.permissions.kind === "absent");
    const idle = inherits.filter((job) => usesClaims(job) !== "yes");
    if (inherits.length < 2 || idle.length === 0) return;
    const users = inherits.filter((job) => usesClaims(job) === "yes");
    // One job that authenticates inside of its script looks like one that does not.
    const exposed = idle.filter(
      (job) =>
        job.placement.phase === "build-untrusted" &&
        job.steps.some((step) => runsCheckout(step) || isForeign(step)),
    );
    report({
      span: entry.span,
      subject: "id-token",
      pedantic: exposed.length === 0,
      message: `${listed((exposed.length > 0 ? exposed : idle).map(({ id }) => id))} can take on the identity${users.length > 0 ? ` that ${listed(users.map(({ id }) => id))} needs` : ""}`,
      related: (exposed.length > 0 ? exposed : idle)
        .slice(0, 3)
        .map(({ idSpan, id }) => ({ span: idSpan, message: `job \`${id}\` is not seen to authenticate` })),
    });
  },
};
