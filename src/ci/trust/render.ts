/** The join as plain data. */
import { shown } from "../spans.ts";
import type { TrustAnswer } from "./index.ts";

export const plainTrust = ({ policies, problems, named, jobToken }: TrustAnswer): unknown => ({
  named,
  jobToken,
  problems: problems.map(({ text, span }) => ({ text, place: shown(span) })),
  policies: policies.map(({ located: { policy, span, place }, jobs, breadth, narrow }) => ({
    system: policy.system,
    target: policy.target,
    place: shown(span),
    problems: policy.problems,
    jobs: jobs
      .filter(({ admitted }) => admitted !== false)
      .map(({ job, trigger, ref, anyRef, environment, claims, admitted, reason, assumes }) => ({
        job: `${job.workflow.file.path}:${job.id}`,
        trigger: trigger.event,
        ref,
        anyRef,
        environment,
        subject: claims.sub ?? null,
        admitted,
        reason,
        assumes,
        place: shown(job.idSpan),
      })),
    tooBroad: breadth.map(({ place: pointer, ...one }) => ({ ...one, place: shown(place(pointer)) })),
    narrow,
  })),
});
