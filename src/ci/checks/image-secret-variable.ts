import { variableMatch } from "../effects/systems.ts";
import { mountOf, secretMount } from "../fixes/secret-mount.ts";
import type { BuildFile } from "../model.ts";
import { isLiteral } from "../literals.ts";
import type { Check } from "./types.ts";

/** Of the last stage, which is the image; earlier ones are left behind with their history. */
const isFinal = ({ instructions }: BuildFile, stage: number): boolean =>
  stage === (instructions.at(-1)?.stage ?? -1);

export const imageSecretVariable: Check = {
  id: "image-secret-variable",
  class: "A",
  title: "an image is built with a secret in a variable",
  severity: "high",
  confidence: "medium",
  attack:
    "Whoever can pull the image reads build arguments in its history and variables in its configuration.",
  mend: "Mount it for the one command that needs it: `RUN --mount=type=secret,id=NAME`; give a running container its secrets when it starts.",
  repository({ builds }, report) {
    for (const build of builds)
      for (const { name, settings, stage } of build.instructions) {
        if (name !== "ARG" && name !== "ENV") continue;
        for (const { name: variable, nameSpan, value } of settings) {
          const literal = isLiteral(variable, value.value);
          if (!literal && (variableMatch(variable)?.secret !== true || !isHanded(name, value.value)))
            continue;
          const final = isFinal(build, stage);
          const plan = literal ? null : secretMount(build, { stage, variable });
          const fix = plan?.fix ?? null;
          report({
            ...(fix !== null && { fixes: [fix] }),
            ...(plan !== null &&
              plan.readers.length > 0 && {
                related: plan.readers.map(({ span }) => ({
                  span,
                  message: `reads it; \`RUN ${mountOf(variable)} …\` gives it to this command alone`,
                })),
              }),
            span: literal ? value.span : nameSpan,
            subject: variable,
            pedantic: !literal && !final,
            ...(!literal && !final && { severity: "low" as const }),
            message: literal
              ? `the value of \`${variable}\` stands in the file and in every image that is built of it`
              : `\`${variable}\` is handed to the build as ${name === "ARG" ? "an argument" : "a variable"}: ${final ? "the image keeps it" : "the build's cache and provenance keep it"}`,
          });
        }
      }
  },
};

/** An argument without a value comes from whoever builds; a variable takes one over: `ENV TOKEN=$TOKEN`. */
const isHanded = (name: string, value: string): boolean =>
  name === "ARG" ? value === "" || value.startsWith("$") : value.startsWith("$");
