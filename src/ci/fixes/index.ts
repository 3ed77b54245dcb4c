/** Which check's findings are mended how, where the check brings no fix of its own. */
import type { CiFinding, Fix, TextEdit } from "../checks/types.ts";
import type { Span, Step } from "../model.ts";
import { persistCredentials } from "./checkout.ts";
import { leastPermissions } from "./permissions.ts";
import { federatedModelKey } from "./model-keys.ts";
import { narrowSecret } from "./secret-scope.ts";
import { ownIdentity } from "./static-keys.ts";

type Maker = (finding: CiFinding) => Fix | null;

/** The finding's own, else whichever its place stands in. */
const ofStep =
  (make: (step: Step) => Fix | null): Maker =>
  ({ step, job, workflow, span }) => {
    const jobs = job !== null ? [job] : (workflow?.jobs ?? []);
    const at = step ?? jobs.flatMap(({ steps }) => steps).find((one) => within(span, one.span)) ?? null;
    return at === null ? null : make(at);
  };

const within = (inner: Span, outer: Span): boolean =>
  inner.file === outer.file && outer.start <= inner.start && outer.end >= inner.end;

/** Of a job; a finding about the whole workflow is about each of them. */
const permissions: Maker = ({ job, workflow }) => {
  if (job !== null) return leastPermissions(job);
  const fixes = (workflow?.jobs ?? []).flatMap((one) => leastPermissions(one) ?? []);
  const [first] = fixes;
  if (first === undefined) return null;
  const edits = together(fixes.flatMap((one) => one.edits));
  return edits === null
    ? null
    : {
        title: fixes.map(({ title }) => title).join("; "),
        safety: fixes.every(({ safety }) => safety === "safe") ? "safe" : "review",
        edits,
      };
};

/** An alias makes two jobs of one text: what both want is done once. Null where they want different things. */
function together(edits: readonly TextEdit[]): readonly TextEdit[] | null {
  const one = new Map(
    edits.map((edit) => [`${edit.span.file.path}:${edit.span.start}-${edit.span.end} ${edit.text}`, edit]),
  );
  const places = new Set([...one.values()].map(({ span }) => `${span.file.path}:${span.start}`));
  return places.size === one.size ? [...one.values()] : null;
}

const scope: Maker = ({ workflow, span }) => {
  for (const owner of workflow === null ? [] : [...workflow.jobs, workflow]) {
    const fix = narrowSecret(owner, span);
    if (fix !== null) return fix;
  }
  return null;
};

export const makers: Readonly<Record<string, Maker>> = {
  artipacked: ofStep(persistCredentials),
  "secret-in-git-config": ofStep(persistCredentials),
  "secret-env-too-wide": scope,
  "token-default": permissions,
  "token-wider-than-used": permissions,
  "token-write-all": permissions,
  "id-token-unused": permissions,
  "id-token-workflow-wide": permissions,
  "static-cloud-key": ofStep(ownIdentity),
  "static-model-key": ofStep(federatedModelKey),
  "use-trusted-publishing": ofStep(ownIdentity),
};

/** In the order of preference. */
export function fixesOf(finding: CiFinding): readonly Fix[] {
  if (finding.fixes !== undefined) return finding.fixes;
  // Edits are made in GitHub's syntax.
  if ((finding.workflow?.system ?? "github-actions") !== "github-actions") return [];
  const { id } = finding.check;
  const made = Object.hasOwn(makers, id) ? (makers[id]?.(finding) ?? null) : null;
  return made === null ? [] : [made];
}
