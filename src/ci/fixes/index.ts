/** Which check's findings are mended how, where the check brings no fix of its own. */
import type { CiFinding, Fix } from "../checks/types.ts";
import { persistCredentials } from "./checkout.ts";
import { leastPermissions } from "./permissions.ts";
import { narrowSecret } from "./secret-scope.ts";
import { ownIdentity } from "./static-keys.ts";

type Maker = (finding: CiFinding) => Fix | null;

const ofStep =
  (make: (step: NonNullable<CiFinding["step"]>) => Fix | null): Maker =>
  ({ step, job, span }) => {
    const at =
      step ?? job?.steps.find((one) => one.span.start <= span.start && one.span.end >= span.end) ?? null;
    return at === null ? null : make(at);
  };
const ofJob: Maker = ({ job }) => (job === null ? null : leastPermissions(job));
const scope: Maker = ({ job, workflow, span }) =>
  (job === null ? null : narrowSecret(job, span)) ??
  (workflow === null ? null : narrowSecret(workflow, span));

export const makers: Readonly<Record<string, Maker>> = {
  artipacked: ofStep(persistCredentials),
  "secret-in-git-config": ofStep(persistCredentials),
  "secret-env-too-wide": scope,
  "excessive-permissions": ofJob,
  "permissions-too-wide": ofJob,
  "default-permissions": ofJob,
  "id-token-unused": ofJob,
  "static-cloud-key": ofStep(ownIdentity),
  "static-credential": ofStep(ownIdentity),
};

/** In the order of preference. */
export function fixesOf(finding: CiFinding): readonly Fix[] {
  if (finding.fixes !== undefined) return finding.fixes;
  const { id } = finding.check;
  const made = Object.hasOwn(makers, id) ? (makers[id]?.(finding) ?? null) : null;
  return made === null ? [] : [made];
}
