import type { Span, Text } from "../model.ts";
import { prize } from "./common/authority.ts";
import type { Check, Report } from "./types.ts";

export const unpinnedImage: Check = {
  id: "unpinned-image",
  class: "F",
  systems: ["github-actions"],
  title: "a job with authority runs in an image that its owner can change",
  severity: "medium",
  confidence: "high",
  attack:
    "Whoever can push to the image's repository moves the tag: every step of the job then runs in their file system.",
  mend: "Name the image by digest (`image@sha256:…`), with the tag as a comment.",
  zizmor: ["unpinned-images"],
  job(job, report) {
    const held = prize(job);
    if (job.container?.image)
      judge(job.container.image, { held, what: `\`${job.id}\` runs in`, pedantic: false, report });
    // It stands beside the job and sees none of its variables.
    for (const service of job.services)
      if (service.image !== null)
        judge(service.image, { held, what: "the service runs in", pedantic: true, report });
    for (const { uses } of job.steps)
      if (uses?.kind === "docker" && uses.pin !== "digest")
        say({ span: uses.span, image: uses.slug, held, what: "the step runs in", pedantic: false, report });
  },
};

interface Around {
  readonly held: string | null;
  readonly what: string;
  readonly pedantic: boolean;
  readonly report: Report;
}

function judge(text: Text, around: Around): void {
  const image = text.value.trim();
  if (image === "" || /@sha256:[\da-f]{64}$/.test(image)) return;
  // What an expression gives may well be a digest.
  if (text.expressions.length > 0 && !/:[\w.-]+$/.test(image)) return;
  say({ ...around, span: text.span, image });
}

function say({
  held,
  what,
  pedantic,
  report,
  span,
  image,
}: Around & { readonly span: Span; readonly image: string }): void {
  report({
    span,
    message: `${what} ${image}, which is not pinned by a digest${held === null ? "" : `, beside ${held}`}`,
    subject: image,
    pedantic: pedantic || held === null,
    ...(held === null && { severity: "low" }),
  });
}
