import type { Step } from "../model.ts";
import { isForeign, runsCheckout } from "./parts/actions.ts";
import { isWorkspace, pathsIn } from "./parts/files.ts";
import type { Check } from "./types.ts";

export const artipacked: Check = {
  id: "artipacked",
  class: "A",
  title: "the checkout leaves the run's token behind",
  severity: "high",
  confidence: "medium",
  systems: ["github-actions"],
  zizmor: ["artipacked"],
  attack:
    "The token stays in a file that git reads. An artifact of the whole folder publishes it while the run goes on; code of the checkout pushes with it.",
  mend: "Set `persist-credentials: false`, and give the token to the step that pushes.",
  job({ steps }, report) {
    for (const [at, step] of steps.entries()) {
      const { checkout } = step.effects;
      if (checkout === null || step.run !== null || checkout.persistCredentials !== true || step.uses?.action)
        continue;
      const later = steps.slice(at + 1);
      const upload = insideFolder(step) ? later.find(uploadsAll) : undefined;
      if (upload !== undefined)
        report({
          span: checkout.span,
          message: "the run's token stays in `.git/config`, and the whole folder becomes an artifact",
          related: [{ span: upload.usesText?.span ?? upload.span, message: "it is uploaded here" }],
        });
      else if (!later.some(pushes) && later.some((one) => runsCheckout(one) || isForeign(one)))
        report({
          span: checkout.span,
          severity: "low",
          pedantic: true,
          message: "the run's token stays where every later step can read it, and no step is seen to push",
        });
    }
  },
};

/** Since version 6 it lies outside of the folder; of a hash without a comment nobody knows. */
function insideFolder({ uses }: Step): boolean {
  const version = uses?.pin === "sha" ? uses.comment : (uses?.ref ?? null);
  const major = /^v?(\d+)/.exec(version ?? "")?.[1];
  if (uses?.pin === "branch") return false;
  return major === undefined || Number(major) < 6;
}

/** Since version 4.4 hidden files are left out unless they are asked for. */
function uploadsAll({ effects, uses, with: inputs }: Step): boolean {
  if (
    !effects.artifacts.some(
      ({ direction, paths }) =>
        direction === "upload" && pathsIn(paths).some((path) => isWorkspace(path) || path === ".git"),
    )
  )
    return false;
  const hidden = inputs.some(
    ({ name, value }) => name.toLowerCase() === "include-hidden-files" && /^\s*true\s*$/i.test(value.value),
  );
  const version = uses?.pin === "sha" ? uses.comment : (uses?.ref ?? null);
  const [, major = "0", minor = "99"] = /^v?(\d+)(?:\.(\d+))?/.exec(version ?? "") ?? [];
  const old = Number(major) < 4 || (Number(major) === 4 && Number(minor) < 4);
  return hidden || old || effects.artifacts.some(({ paths }) => pathsIn(paths).includes(".git"));
}

const pushes = ({ run, uses }: Step): boolean =>
  run === null
    ? uses !== null && /(?:push|commit|release|deploy|pages)/.test(uses.slug)
    : run.commands.some(
        ({ words }) =>
          words[0] === "git" &&
          words.some((word) => word === "push" || word === "fetch" || word === "submodule"),
      );
