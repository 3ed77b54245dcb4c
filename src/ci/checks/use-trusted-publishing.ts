import type { Authority } from "../model.ts";
import type { Check } from "./types.ts";

/** Registries that trust the run's claims, and what of theirs may be named without being another server. */
const REGISTRIES: Readonly<Record<string, RegExp>> = {
  pypi: /pypi\.org/,
  npm: /registry\.npmjs\.org/,
  crates: /crates\.io/,
  rubygems: /rubygems\.org/,
  nuget: /nuget\.org/,
};

export const useTrustedPublishing: Check = {
  id: "use-trusted-publishing",
  class: "B",
  title: "a stored token publishes where the registry would trust the run itself",
  severity: "low",
  confidence: "medium",
  systems: ["github-actions"],
  zizmor: ["use-trusted-publishing"],
  attack: "The token publishes every version of the package from everywhere, until somebody revokes it.",
  mend: "Declare this workflow as a trusted publisher at the registry, grant `id-token: write` to the job, and delete the token.",
  job({ steps }, report) {
    for (const { effects } of steps) {
      const act = effects.authorities.find(isPublish);
      if (act !== undefined)
        report({
          span: act.span,
          subject: act.system.id,
          message: `${act.by} publishes to ${act.system.title} with ${act.through.map((name) => `\`${name}\``).join(", ") || "a stored token"}`,
        });
    }
  },
};

function isPublish({ verb, auth, system }: Authority): boolean {
  const own = REGISTRIES[system.id];
  return (
    verb === "publish" &&
    auth === "secret" &&
    own !== undefined &&
    (system.detail === null || own.test(system.detail))
  );
}
