import type { Check } from "./types.ts";

export const hardcodedContainerCredentials: Check = {
  id: "hardcoded-container-credentials",
  class: "A",
  systems: ["github-actions"],
  title: "a registry's password stands in the workflow",
  severity: "high",
  confidence: "high",
  zizmor: ["hardcoded-container-credentials"],
  attack:
    "Everybody who can read the repository pulls from that registry, and pushes to it if the account may.",
  mend: "Replace the password at the registry, and read the new one from a secret.",
  job({ container, services }, report) {
    for (const one of [container, ...services]) {
      const password = one?.password ?? null;
      if (password === null || password.expressions.length > 0 || password.value.trim() === "") continue;
      report({
        span: password.span,
        message: `the password for \`${one?.image?.value ?? "the image"}\` stands in the file`,
        subject: one?.image?.value ?? "",
      });
    }
  },
};
